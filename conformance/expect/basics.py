"""Matchers for any answer, and what the other matchers are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.evidence import RECORDER

if TYPE_CHECKING:
    import httpx


REFUSED = range(400, 500)


class Violation(AssertionError):  # noqa: N818 - a verdict's name
    """The server broke what the scenario verifies."""


def that(met: object, expected: str, actual: object) -> None:
    """Demand that something holds.

    Args:
        met: Whether it does.
        expected: What the clause demands, in words.
        actual: What came instead, or as demanded.
    """
    came = actual if isinstance(actual, str) else repr(actual)
    RECORDER.current.expectation(expected, came, met=bool(met))
    if not met:
        raise Violation(f"expected: {expected}\ncame: {came}")


def status(response: httpx.Response, *codes: int) -> None:
    """Demand one of some status codes."""
    wanted = " or ".join(map(str, codes))
    that(response.status_code in codes, wanted, summary(response))


def success(response: httpx.Response) -> None:
    """Demand any 2xx answer."""
    that(response.is_success, "a 2xx answer", summary(response))


def refused(response: httpx.Response) -> None:
    """Demand any 4xx answer: neither success, redirect nor crash."""
    that(
        response.status_code in REFUSED,
        "a refusal (4xx)",
        summary(response),
    )


def json_object(response: httpx.Response) -> dict[str, Any]:
    """Demand a JSON object with its media type; return it."""
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    try:
        body = response.json()
    except ValueError:
        body = None
    that(
        kind == "application/json" and isinstance(body, dict),
        "a JSON object as application/json",
        f"{summary(response)}; Content-Type: {kind or 'absent'}",
    )
    assert isinstance(body, dict)  # noqa: S101 - narrows the type only
    return body


def member(response: httpx.Response, name: str) -> Any:
    """Return a member of a JSON object body, None without one."""
    try:
        body = response.json()
    except ValueError:
        return None
    return body.get(name) if isinstance(body, dict) else None


def summary(response: httpx.Response) -> str:
    """Return status and body on one line, shortened."""
    text = " ".join(response.text.split())
    kept = text if len(text) <= 300 else f"{text[:300]}…"
    return f"{response.status_code} {kept}".strip()

"""Matchers for any response, and the basis of the other matchers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.evidence import RECORDER
from conformance.expect.wording import about, summary, value

if TYPE_CHECKING:
    import httpx


REFUSED = range(400, 500)


class Violation(AssertionError):  # noqa: N818 - a verdict's name
    """The server violates a requirement that the scenario verifies."""


def that(met: object, expected: str, actual: object) -> None:
    """Demand that a condition is true.

    Args:
        met: The condition.
        expected: The expected outcome, in words.
        actual: The actual outcome, whether the condition is true or not.

    Raises:
        Violation: It is false.
    """
    outcome = actual if isinstance(actual, str) else value(actual)
    RECORDER.current.expectation(expected, outcome, met=bool(met))
    if not met:
        raise Violation(f"expected: {expected}\nactual: {outcome}")


def status(response: httpx.Response, *codes: int, given: str = "") -> None:
    """Demand one of some status codes.

    Args:
        response: The response.
        *codes: The status codes.
        given: What was sent, where the requirement has several cases; as in
            all matchers.
    """
    wanted = " or ".join(map(str, codes))
    that(
        response.status_code in codes, about(wanted, given), summary(response)
    )


def success(response: httpx.Response, given: str = "") -> None:
    """Demand a 2xx response."""
    that(
        response.is_success,
        about("a 2xx response", given),
        summary(response),
    )


def refused(response: httpx.Response, given: str = "") -> None:
    """Demand a refusal (4xx): no success, redirection or server error."""
    that(
        response.status_code in REFUSED,
        about("a refusal (4xx)", given),
        summary(response),
    )


def json_object(response: httpx.Response) -> dict[str, Any]:
    """Demand a JSON object as ``application/json``; return it."""
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
    """Return a member of a JSON body, None without it or without JSON."""
    try:
        body = response.json()
    except ValueError:
        return None
    return body.get(name) if isinstance(body, dict) else None

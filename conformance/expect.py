"""Matchers named after clauses; each leaves what it saw in the evidence.

A matcher that is not met raises Violation, an AssertionError: that alone
makes a scenario fail (or warn, by the level of what it verifies).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.app import redirect_parameters, redirect_url
from conformance.evidence import RECORDER

if TYPE_CHECKING:
    from collections.abc import Collection

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


def error(
    response: httpx.Response,
    *codes: str,
    statuses: Collection[int] = (400,),
) -> None:
    """Demand an error response of RFC 6749 section 5.2.

    Args:
        response: What came.
        *codes: The ``error`` values that the clause allows.
        statuses: The status codes that the clause allows.
    """
    came = member(response, "error")
    wanted = " or ".join(codes)
    numbers = " or ".join(map(str, statuses))
    that(
        response.status_code in statuses and came in codes,
        f'{numbers} with "error": {wanted}',
        summary(response),
    )


def no_tokens(response: httpx.Response) -> None:
    """Demand that an answer issues nothing and is a refusal."""
    issued = [
        name
        for name in ("access_token", "refresh_token")
        if member(response, name) is not None
    ]
    that(
        not issued and response.status_code in REFUSED,
        "a refusal (4xx) that issues no token",
        summary(response),
    )


def tokens(response: httpx.Response) -> None:
    """Demand a successful token response with an access token."""
    that(
        response.status_code == 200 and member(response, "access_token"),
        "200 with an access token",
        summary(response),
    )


def code(response: httpx.Response) -> None:
    """Demand that the authorization endpoint issues a code."""
    that(
        "code" in redirect_parameters(response),
        "a redirection with a code",
        summary(response),
    )


def no_code(response: httpx.Response) -> None:
    """Demand that the authorization endpoint issues no code."""
    that(
        "code" not in redirect_parameters(response)
        and response.status_code < 500,
        "no authorization code",
        summary(response),
    )


def no_redirect(response: httpx.Response) -> None:
    """Demand a refusal that sends the browser nowhere (4.1.2.1)."""
    that(
        response.status_code in REFUSED
        and not redirect_url(response)
        and "location" not in response.headers,
        "a refusal (4xx) without any redirection",
        summary(response),
    )


def redirect_error(response: httpx.Response, *codes: str) -> None:
    """Demand an error on the redirection URI (RFC 6749 4.1.2.1)."""
    came = redirect_parameters(response).get("error", [])
    that(
        len(came) == 1 and came[0] in codes,
        f"a redirection with error={' or '.join(codes)}",
        summary(response),
    )


def let_in(response: httpx.Response) -> None:
    """Demand that a token was accepted (neither 401 nor 403)."""
    that(
        response.status_code < 500 and response.status_code not in {401, 403},
        "the request is let in",
        summary(response),
    )


def kept_out(response: httpx.Response) -> None:
    """Demand that a request with a bad or missing token gets 401."""
    that(
        response.status_code == 401,
        "401: the token is not accepted",
        summary(response),
    )


def challenge(response: httpx.Response, scheme: str = "Bearer") -> str:
    """Demand a ``WWW-Authenticate`` header of a scheme; return it."""
    header = response.headers.get("www-authenticate", "")
    that(
        header.lower().startswith(scheme.lower()),
        f"a WWW-Authenticate header with the {scheme} scheme",
        f"{summary(response)}; WWW-Authenticate: {header or 'absent'}",
    )
    return str(header)


def challenge_parameters(header: str) -> dict[str, str]:
    """Return the parameters of one challenge, names in lower case."""
    found = re.findall(r'([A-Za-z_-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))', header)
    return {name.lower(): quoted or bare for name, quoted, bare in found}


def not_cached(response: httpx.Response) -> None:
    """Demand ``Cache-Control: no-store`` (RFC 6749 section 5.1)."""
    header = response.headers.get("cache-control", "")
    that(
        "no-store" in [part.strip().lower() for part in header.split(",")],
        "Cache-Control: no-store",
        f"Cache-Control: {header or 'absent'}",
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

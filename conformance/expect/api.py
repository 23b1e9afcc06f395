"""Matchers for the API, the resource server (RFC 6750 section 3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.expect.basics import member, that
from conformance.expect.wording import about, summary

if TYPE_CHECKING:
    import httpx


def accepted(response: httpx.Response, given: str = "") -> None:
    """Demand that a token is accepted: neither 401, 403 nor a server error.

    An HTML page is not accepted either: FitTrackee returns its front end for
    unknown paths.
    """
    kind = response.headers.get("content-type", "")
    page = kind.startswith("text/html") and bool(response.content)
    that(
        response.status_code < 500
        and response.status_code not in {401, 403}
        and not page,
        about("access to the route", given),
        summary(response),
    )


def unauthorized(response: httpx.Response, given: str = "") -> None:
    """Demand 401 for a request with an invalid or missing token."""
    that(
        response.status_code == 401,
        about("401", given),
        summary(response),
    )


def denied(response: httpx.Response, given: str = "") -> None:
    """Demand that a token gives no access to a route: 401 or 403."""
    that(
        response.status_code in {401, 403},
        about("no access to the route (401 or 403)", given),
        summary(response),
    )


def bearer_error(response: httpx.Response, *codes: str) -> None:
    """Demand one of some error codes, in the challenge or the JSON body."""
    actual = error_codes(response)
    that(
        bool(actual) and actual <= set(codes),
        f"the error {' or '.join(codes)}, in the challenge or the body",
        _with_challenge(response),
    )


def error_codes(response: httpx.Response) -> set[str]:
    """Return the error codes (RFC 6750 section 3.1) of a response.

    At most two: that of the challenge and that of the JSON body.
    """
    header = response.headers.get("www-authenticate", "")
    found = (challenge_parameters(header).get("error"), _body_code(response))
    return {code for code in found if code}


def challenge(response: httpx.Response, scheme: str = "Bearer") -> str:
    """Demand a ``WWW-Authenticate`` header of a scheme; return it."""
    header = response.headers.get("www-authenticate", "")
    that(
        header.lower().startswith(scheme.lower()),
        f"a WWW-Authenticate header with the {scheme} scheme",
        _with_challenge(response),
    )
    return str(header)


def challenge_attributes(response: httpx.Response) -> list[tuple[str, str]]:
    """Return a challenge's attributes in order, with repeated ones."""
    return _pairs(response.headers.get("www-authenticate", ""))


def challenge_parameters(header: str) -> dict[str, str]:
    """Return the parameters of one challenge, names in lower case."""
    return dict(_pairs(header))


def _pairs(header: str) -> list[tuple[str, str]]:
    found = re.findall(r'([\w!#$%&*+.^`|~-]+)\s*=\s*("[^"]*"|[^\s,]+)', header)
    return [(name.lower(), value.strip('"')) for name, value in found]


def _body_code(response: httpx.Response) -> str:
    code = member(response, "error")
    return code if isinstance(code, str) else ""


def _with_challenge(response: httpx.Response) -> str:
    header = response.headers.get("www-authenticate", "absent")
    return f"{summary(response)}; WWW-Authenticate: {header}"

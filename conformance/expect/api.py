"""Matchers for the API that tokens open (RFC 6750 section 3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.expect.basics import summary, that

if TYPE_CHECKING:
    import httpx


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

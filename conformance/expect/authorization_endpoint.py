"""Matchers for answers to an authorization request (RFC 6749 4.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.app import redirect_parameters, redirect_url
from conformance.expect.basics import REFUSED, summary, that

if TYPE_CHECKING:
    import httpx


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


def no_code_at(response: httpx.Response, *texts: str) -> None:
    """Demand that no code goes to a URI that holds any of some texts.

    A server may refuse such a URI or clean it before it is used.
    """
    url = redirect_url(response)
    held = [text for text in texts if text in url]
    that(
        not ("code" in redirect_parameters(response) and held)
        and response.status_code < 500,
        f"no code at a URI with {' or '.join(map(repr, texts))}",
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

"""Matchers for authorization responses (RFC 6749 section 4.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from conformance.actors.issued import redirect_parameters, redirect_url
from conformance.expect.basics import member, that
from conformance.expect.wording import about, summary, value

if TYPE_CHECKING:
    import httpx


def code(response: httpx.Response, given: str = "") -> None:
    """Demand that the authorization endpoint issues a code."""
    that(
        "code" in redirect_parameters(response),
        about("a redirection with a code", given),
        summary(response),
    )


def code_withheld(response: httpx.Response, given: str = "") -> None:
    """Demand that the authorization endpoint issues no code."""
    that(
        "code" not in redirect_parameters(response)
        and response.status_code < 500,
        about("no authorization code", given),
        summary(response),
    )


def code_withheld_from(response: httpx.Response, *texts: str) -> None:
    """Demand that no code is sent to a URI that contains any of some texts.

    A server may refuse such a URI, or sanitize it.
    """
    url = redirect_url(response)
    found = [text for text in texts if text in url]
    that(
        not ("code=" in url and found) and response.status_code < 500,
        f"no code at a URI with {' or '.join(map(value, found or texts))}",
        summary(response),
    )


def redirect_error(response: httpx.Response, *codes: str) -> None:
    """Demand an error response at the redirection URI (RFC 6749 4.1.2.1)."""
    actual = redirect_parameters(response).get("error", [])
    that(
        len(actual) == 1 and actual[0] in codes,
        f"a redirection with error={' or '.join(codes)}",
        summary(response),
    )


def no_code_or_token_in(response: httpx.Response, given: str = "") -> None:
    """Demand that a response contains neither a code nor a token.

    Searches the body and the query and fragment of every redirection; the
    status does not matter.
    """
    found = [
        name
        for name in ("code", "access_token", "id_token")
        if member(response, name) is not None
        or any(name in _parameters(url) for url in _targets(response))
    ]
    that(
        not found,
        about("neither a code nor a token", given),
        summary(response),
    )


def not_redirected_elsewhere(response: httpx.Response) -> None:
    """Demand no redirection to another site (RFC 6749 4.1.2.1)."""
    here = str(response.request.url)
    foreign = [
        target
        for target in _targets(response)
        if urlsplit(urljoin(here, target)).netloc != urlsplit(here).netloc
    ]
    that(
        not foreign,
        "no redirection to another site",
        f"{summary(response)} {' '.join(foreign)}".strip(),
    )


def _targets(response: httpx.Response) -> list[str]:
    """Return the URLs of a redirection: in the body, in the header."""
    targets = (redirect_url(response), response.headers.get("location", ""))
    return [target for target in targets if target]


def _parameters(url: str) -> dict[str, list[str]]:
    """Return the parameters in the query and the fragment of a URL."""
    parts = urlsplit(url)
    text = f"{parts.query}&{parts.fragment}"
    return parse_qs(text, keep_blank_values=True)

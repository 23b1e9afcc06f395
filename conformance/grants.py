"""What an authorization server grants: codes and tokens, as they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from conformance import issued
from conformance.errors import Blocked

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class Code:
    """An authorization code and what it was asked with.

    Attributes:
        value: The code; hidden by ``repr``.
        redirect_uri: As sent in the authorization request, None if not.
        verifier: The PKCE verifier to present, None without PKCE.
        state: As sent.
        returned: The parameters on the redirection URI, by name.
    """

    value: str = field(repr=False)
    redirect_uri: str | None
    verifier: str | None = field(repr=False)
    state: str | None = None
    returned: dict[str, list[str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Tokens:
    """A successful token response (RFC 6749 section 5.1)."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scope: Any
    body: dict[str, Any] = field(repr=False)


def redirect_parameters(response: httpx.Response) -> dict[str, list[str]]:
    """Return the query of the answer's ``redirect_url``; {} without one."""
    try:
        query = urlsplit(redirect_url(response)).query
    except ValueError:  # no URL at all
        return {}
    return parse_qs(query, keep_blank_values=True)


def redirect_url(response: httpx.Response) -> str:
    """Return where the front end would send the browser, or ``""``."""
    try:
        url = response.json()["redirect_url"]
    except (ValueError, KeyError, TypeError):
        return ""
    return url if isinstance(url, str) else ""


def must_be_tokens(response: httpx.Response) -> Tokens:
    """Read a token response; Blocked when it is not one."""
    try:
        body = response.json()
        access, refresh = body["access_token"], body["refresh_token"]
    except (ValueError, KeyError, TypeError):
        raise Blocked(f"no tokens: {summary(response)}") from None
    if response.status_code != 200:
        raise Blocked(f"no tokens: {summary(response)}")
    issued.must_be_strings(access_token=access, refresh_token=refresh)
    issued.keep(access, "access token", issued.GRAMMAR)
    return Tokens(access, refresh, body.get("scope"), body)


def summary(response: httpx.Response) -> str:
    """Return status and the beginning of the body."""
    return f"{response.status_code} {response.text[:300]}"

"""Codes and tokens as an authorization server issued them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from conformance.instance import sendable
from conformance.instance.preconditions import json_body, must_hold, unmet

if TYPE_CHECKING:
    import httpx

NO_MORE_THAN_ASKED = "rfc9700/2.3/no-more-scope-than-asked"
NOT_WIDENED = "rfc6749/6/scope-not-widened"

MEMBERS = {"access_token", "refresh_token"}  # of a token response


@dataclass(frozen=True)
class Code:
    """An authorization code and the parameters of its request.

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

    def must_tell_lifetime(self) -> int:
        """Return the lifetime in seconds from ``expires_in``.

        Raises:
            Blocked: ``expires_in`` is no positive whole number.
        """
        seconds = self.body.get("expires_in")
        if type(seconds) is not int or seconds <= 0:
            raise unmet(
                "must_tell_lifetime",
                '"expires_in" in seconds',
                actual=repr(seconds),
            )
        return seconds


def redirect_parameters(response: httpx.Response) -> dict[str, list[str]]:
    """Return the query of a response's ``redirect_url``; {} without one."""
    try:
        query = urlsplit(redirect_url(response)).query
    except ValueError:  # no URL at all
        return {}
    return parse_qs(query, keep_blank_values=True)


def redirect_url(response: httpx.Response) -> str:
    """Return the URI that the front end would navigate to, or ``""``."""
    body = json_body(response)
    url = body.get("redirect_url") if isinstance(body, dict) else None
    return url if isinstance(url, str) else ""


def must_be_granted(
    response: httpx.Response, *, verb: str = "must_be_granted"
) -> httpx.Response:
    """Return a response that redirects with a code; Blocked without one."""
    if not redirect_parameters(response).get("code"):
        raise unmet(verb, "an authorization code", response)
    return response


def must_be_tokens(
    response: httpx.Response, *, verb: str = "must_be_tokens"
) -> Tokens:
    """Read a token response; Blocked when it is not one."""
    body = json_body(response)
    found = body if isinstance(body, dict) else {}
    if response.status_code != 200 or not found.keys() >= MEMBERS:
        raise unmet(verb, "tokens", response)
    access, refresh = found["access_token"], found["refresh_token"]
    sendable.must_be_strings(access_token=access, refresh_token=refresh)
    sendable.keep(access, "access token", sendable.GRAMMAR)
    return Tokens(access, refresh, found.get("scope"), found)


def must_hold_scope(
    tokens: Tokens,
    asked: object,
    response: httpx.Response,
    *,
    verb: str,
    granted: set[str] | None = None,
) -> Tokens:
    """Return tokens of exactly the requested scope; Blocked otherwise.

    Args:
        tokens: The tokens of the response.
        asked: The scope of the request; not checked unless a string.
        response: The token response.
        verb: Name of the precondition.
        granted: The scope the user granted, where a refresh asks for less.
    """
    actual, expected = words(tokens.scope), words(asked)
    if not isinstance(asked, str) or tokens.scope is None:
        return tokens
    broken = NO_MORE_THAN_ASKED if actual - expected else ""
    if granted and actual - granted:
        broken = NOT_WIDENED
    must_hold(
        actual == expected,
        f"tokens with the scope {' '.join(sorted(expected))}",
        f"tokens with the scope {' '.join(sorted(actual)) or '(none)'}",
        response,
        verb=verb,
        broken=broken,
    )
    return tokens


def words(scope: object) -> set[str]:
    """Return the words of a scope: a string or, as documented, a list."""
    if isinstance(scope, list):
        return {str(word) for word in scope}
    return set(scope.split()) if isinstance(scope, str) else set()

"""Token requests, valid and invalid, that scenarios are run with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.instance.preconditions import must_have, must_succeed

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from conformance.actors.app import App
    from conformance.actors.issued import Tokens
    from conformance.actors.owner import Owner
    from conformance.instance.form import Value

GRANTS = ("authorization_code", "refresh_token")
"""The grant types of FitTrackee."""

_VERBS = {
    "authorization_code": "must_exchange",
    "refresh_token": "must_refresh",
}

MADE_UP = "made-up-and-never-issued-by-anybody"
"""A secret that was never issued."""


def request_tokens(app: App, owner: Owner, grant: str) -> httpx.Response:
    """Return the response to a valid token request.

    Args:
        app: The app that sends it.
        owner: The user who consents.
        grant: One of :data:`GRANTS`.
    """
    if grant == "authorization_code":
        return app.exchange(app.must_authorize(owner))
    return app.refresh(app.must_obtain_tokens(owner))


def must_succeed_with(app: App, owner: Owner, grant: str) -> httpx.Response:
    """Return the same response; Blocked unless it is 2xx."""
    return must_succeed(request_tokens(app, owner, grant), verb=_VERBS[grant])


def must_issue(app: App, owner: Owner, grant: str) -> httpx.Response:
    """Return the same response; Blocked without an access token."""
    response = request_tokens(app, owner, grant)
    must_have(response, "access_token", verb=_VERBS[grant])
    return response


FAILURES: dict[str, Callable[[App], httpx.Response]] = {
    "no grant type": lambda app: app.token_request({}, {}),
    "an unknown grant type": lambda app: app.token_request(
        {"grant_type": "made_up"}, {}
    ),
    "no code": lambda app: app.token_request(
        {"grant_type": "authorization_code"}, {}
    ),
    "an unknown code": lambda app: app.token_request(
        {"grant_type": "authorization_code", "code": MADE_UP}, {}
    ),
    "no refresh token": lambda app: app.token_request(
        {"grant_type": "refresh_token"}, {}
    ),
    "an unknown refresh token": lambda app: app.token_request(
        {"grant_type": "refresh_token", "refresh_token": MADE_UP}, {}
    ),
}
"""Invalid requests with valid client authentication, by description."""

UNAUTHENTICATED: dict[str, Callable[[App], httpx.Response]] = {
    "no secret": lambda app: _unknown_code(app, client_secret=None),
    "a wrong secret": lambda app: _unknown_code(app, client_secret=MADE_UP),
    "an unknown client": lambda app: _unknown_code(app, client_id=MADE_UP),
}
"""Requests with failed client authentication, by description."""


def granted_scope(tokens: Tokens, asked: str) -> set[str]:
    """Return the scopes that were granted (RFC 6749 section 5.1).

    Args:
        tokens: The tokens issued.
        asked: The requested scope, which applies when the response has
            none.
    """
    scope = asked if tokens.scope is None else tokens.scope
    return set(scope if isinstance(scope, list) else str(scope).split(" "))


def _unknown_code(app: App, **changes: Value) -> httpx.Response:
    request: dict[str, Value] = {
        "grant_type": "authorization_code",
        "code": MADE_UP,
    }
    return app.token_request(request, changes)

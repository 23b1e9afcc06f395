"""Faults that confuse access tokens and first-party sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalogue.scope_requirements import (
    KEPT_OUT,
    LET_IN,
    scope_requirements,
)
from conformance.faults import fault
from conformance.reference.api.responses import success
from conformance.reference.rules.session_rules import SESSION_COOKIE

if TYPE_CHECKING:
    from flask import Request, Response

    from conformance.catalogue.scope_map import Route
    from conformance.reference import ReferenceServer

ROUTES = (
    "list-apps",
    "register-app",
    "show-app",
    "show-app-by-id",
    "delete-app",
    "revoke-app",
    "authorize",
)
LOGIN = "POST /api/auth/login"
_DOCUMENTED = {(p.method, p.path) for p in scope_requirements(LET_IN)}


@fault(
    violates=[
        *(f"fittrackee/api-oauth2/first-party-{name}" for name in ROUTES),
        *(
            requirement.id
            for requirement in scope_requirements(KEPT_OUT)
            if (requirement.method, requirement.path) not in _DOCUMENTED
        ),
    ]
)
def apps_pass_for_the_front_end(server: ReferenceServer) -> None:
    """A token with profile:read opens the front end's own routes."""

    def needed(route: Route) -> str:
        scope: str = original(route)
        return "profile:read" if route.first_party else scope

    def logout(_view: object) -> Any:
        return lambda *_arguments: success()

    original = server.replace("scope_needed", needed)
    server.replace("first_party_only", lambda _route: False)
    server.wrap("POST /api/auth/logout", logout)


@fault(violates="fittrackee/oauth/session-is-no-access-token")
def session_passes_for_a_token(server: ReferenceServer) -> None:
    """A session token is accepted as a bearer token."""

    def hook(asked: Request) -> None:
        token = asked.headers.get("Authorization", "").partition(" ")[2]
        if server.rules.read_session(token) is not None:
            asked.environ["HTTP_COOKIE"] = f"{SESSION_COOKIE}={token}"
            del asked.environ["HTTP_AUTHORIZATION"]

    server.before("*", hook)


@fault(violates="fittrackee/oauth/access-token-is-no-session")
def token_passes_for_a_session(server: ReferenceServer) -> None:
    """An access token in the session cookie is accepted."""

    def read(asked: Request) -> str | None:
        token = asked.cookies.get(SESSION_COOKIE, "")
        header: str | None = original(asked)
        if header is None and server.rules.find_access_token(token):
            return f"Bearer {token}"
        return header

    original = server.replace("authorization_header", read)


def _session_cookie_without(server: ReferenceServer, attribute: str) -> None:
    """Remove an attribute from the session cookie of the login."""

    def hook(response: Response) -> None:
        cookies = response.headers.getlist("Set-Cookie")
        response.headers.remove("Set-Cookie")
        for cookie in cookies:
            attributes = [
                p for p in cookie.split("; ") if not p.startswith(attribute)
            ]
            response.headers.add("Set-Cookie", "; ".join(attributes))

    server.after(LOGIN, hook)


@fault(violates="rfc6750/5.3/secure-session-cookies")
def session_cookie_travels_in_the_clear(server: ReferenceServer) -> None:
    """The session cookie has no Secure attribute."""
    _session_cookie_without(server, "Secure")


@fault(violates="rfc6750/5.3/session-cookie-csrf")
def session_cookie_is_enough(server: ReferenceServer) -> None:
    """No CSRF token is required and the cookie has no SameSite."""
    server.replace("csrf_proven", lambda _request, _claims: True)
    _session_cookie_without(server, "SameSite")

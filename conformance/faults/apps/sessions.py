"""Faults of sessions and CSRF protection, and of public routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.faults import fault
from conformance.faults.json_responses import LIST, SHOW, rewrite
from conformance.reference.api.apps_api import serialize_app
from conformance.reference.api.responses import success
from conformance.reference.rules.session_rules import CSRF_HEADER

if TYPE_CHECKING:
    from flask import Request, Response

    from conformance.reference import ReferenceServer

CSRF_TOKEN_LENGTH = 32


@fault(violates="fittrackee/api-oauth2/apps-session-required")
def app_is_shown_to_anybody(server: ReferenceServer) -> None:
    """An app can be read by its client id without a session."""

    def show(asked: Request) -> Response | None:
        requested = (asked.view_args or {})["client_client_id"]
        app = server.rules.find_app(requested)
        if app is None or asked.cookies or "Authorization" in asked.headers:
            return None
        return success(data={"client": serialize_app(app)})

    server.before(SHOW, show)


@fault(violates="fittrackee/api-oauth2/apps-forged-session")
def signature_not_verified(server: ReferenceServer) -> None:
    """The signature of a session is not verified."""
    serializer = server.rules._serializer

    def read(token: str) -> dict[str, Any] | None:
        _valid, claims = serializer.loads_unsafe(token)
        return claims if isinstance(claims, dict) else None

    server.replace("read_session", read)


@fault(violates="fittrackee/api-oauth2/apps-401")
def missing_session_is_403(server: ReferenceServer) -> None:
    """The list of apps returns 403 without a session."""

    def forbid(response: Response) -> None:
        if response.status_code == 401:
            response.status_code = 403

    server.after(LIST, forbid)


@fault(violates="fittrackee/api-oauth2/apps-401-message")
def missing_session_in_other_words(server: ReferenceServer) -> None:
    """The list's 401 has an undocumented message."""
    rewrite(
        server, LIST, lambda body: body.update(message="log in"), status=401
    )


def _forget_same_site(server: ReferenceServer) -> None:
    """Set the cookies without SameSite, which would prevent CSRF too."""

    def hook(response: Response) -> None:
        cookies = response.headers.getlist("Set-Cookie")
        bare = [re.sub(r"; SameSite=\w+", "", cookie) for cookie in cookies]
        response.headers.setlist("Set-Cookie", bare)

    server.after("*", hook)


@fault(violates="fittrackee/api-oauth2/apps-csrf")
def deletion_without_csrf_token(server: ReferenceServer) -> None:
    """Deleting an app requires no CSRF token."""
    _forget_same_site(server)
    proven = server.replace(
        "csrf_proven",
        lambda asked, claims: (
            asked.method == "DELETE" or proven(asked, claims)
        ),
    )


@fault(violates="fittrackee/api-oauth2/apps-csrf")
def empty_csrf_token_accepted(server: ReferenceServer) -> None:
    """An empty CSRF token is accepted."""
    _forget_same_site(server)
    proven = server.replace(
        "csrf_proven",
        lambda asked, claims: (
            asked.headers.get(CSRF_HEADER) == "" or proven(asked, claims)
        ),
    )


@fault(violates="fittrackee/api-oauth2/apps-csrf-bound")
def csrf_token_of_any_session(server: ReferenceServer) -> None:
    """The CSRF token of any session is accepted."""
    _forget_same_site(server)
    proven = server.replace(
        "csrf_proven",
        lambda asked, claims: (
            len(asked.headers.get(CSRF_HEADER, "")) == CSRF_TOKEN_LENGTH
            or proven(asked, claims)
        ),
    )


@fault(violates="fittrackee/api-configuration/public")
def configuration_without_status(server: ReferenceServer) -> None:
    """The configuration response has no status member."""
    rewrite(server, "GET /api/config", lambda body: body.pop("status"))


@fault(violates="fittrackee/api-configuration/ping")
def ping_says_ok(server: ReferenceServer) -> None:
    """The health check returns another message."""
    rewrite(server, "GET /api/ping", lambda body: body.update(message="ok"))

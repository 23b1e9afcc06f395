"""Faults that reject valid requests, with which most scenarios begin.

Other scenarios need these requests as preconditions, and have to be blocked
when one fails: the kill matrix checks this for every scenario, under each
fault of this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from conformance.faults import fault
from conformance.faults.json_responses import (
    AUTHORIZE,
    DELETE,
    LIST,
    PROFILE,
    REGISTER,
    REVOKE_ALL,
    SHOW,
    SHOW_BY_NUMBER,
)
from conformance.faults.token_endpoint import TOKEN
from conformance.reference.api.responses import error, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import Account

WORKS = "fittrackee/oauth/registered-app-works"
REGISTERED = "fittrackee/api-oauth2/registration-answer"
AUTHORIZED = [
    "rfc6749/4.1.2/code-delivered",
    "fittrackee/oauth/redirected-with-code",
    WORKS,
]
IN_BODY = "fittrackee/oauth/client-credentials-in-body"
EXCHANGED = ["rfc6749/4.1.4/code-is-exchanged", IN_BODY, WORKS]
READ = "fittrackee/api-auth/profile"
REVOKED = [
    "rfc7009/2/access-token-revocable",
    "rfc7009/2/refresh-token-revocable",
    "rfc7009/2.1/form-encoded",
    "fittrackee/api-oauth2/revoke-access-token",
]

REVOKE = "POST /api/oauth/revoke"
CONSENT = "GET /profile/apps/authorize"
LOGIN = "/api/auth/login"
STARTING = ("/api/ping", "/api/config")  # requested while a server starts
OPEN = (LOGIN, "/api/oauth/", *STARTING)
PAGE = (
    "<html><head><title>{status} {reason}</title></head><body><center>"
    "<h1>{status} {reason}</h1></center><hr><center>nginx</center></body>"
    "</html>"
)


def _down(
    server: ReferenceServer, *endpoints: str, respond: Callable[[], Response]
) -> None:
    """Return the same response for every request of some endpoints."""
    for endpoint in endpoints:
        server.before(endpoint, lambda _request: respond())


def _crash() -> Response:
    return error(500, "error, please try again or contact the administrator")


def _page(status: int, reason: str) -> Response:
    """Return a proxy's HTML page in place of a response."""
    html = PAGE.format(status=status, reason=reason)
    return Response(html, status, mimetype="text/html")


def _bad_gateway() -> Response:
    return _page(502, "Bad Gateway")


def _instead(
    server: ReferenceServer,
    applies: Callable[[str], bool],
    respond: Callable[[], Response],
) -> None:
    """Replace the response on every path for which ``applies`` is true."""

    def hook() -> Response | None:
        return respond() if applies(request.path) else None

    server.app.before_request(hook)


def _after_the_login(path: str) -> bool:
    return path.startswith("/api/") and path not in (LOGIN, *STARTING)


# -- apps ---------------------------------------------------------------


@fault(violates=REGISTERED)
def registrations_are_refused(server: ReferenceServer) -> None:
    """Every registration of an app is rejected as an invalid payload."""
    _down(server, REGISTER, respond=lambda: error(400, "invalid payload"))


@fault(violates=REGISTERED)
def registration_is_down(server: ReferenceServer) -> None:
    """Every registration of an app returns a server error."""
    _down(server, REGISTER, respond=_crash)


@fault(violates=REGISTERED)
def proxy_answers_registrations(server: ReferenceServer) -> None:
    """A proxy's error page replaces every registration response."""
    _down(server, REGISTER, respond=_bad_gateway)


@fault(violates="fittrackee/api-oauth2/apps-list")
def list_of_apps_is_down(server: ReferenceServer) -> None:
    """The list of apps returns a server error."""
    _down(server, LIST, respond=_crash)


@fault(
    violates=[
        "fittrackee/api-oauth2/app-by-client-id",
        "fittrackee/api-oauth2/app-by-number",
    ]
)
def apps_are_not_shown(server: ReferenceServer) -> None:
    """Reading an app returns a server error."""
    _down(server, SHOW, SHOW_BY_NUMBER, respond=_crash)


@fault(
    violates=[
        "fittrackee/api-oauth2/delete-204",
        "fittrackee/api-oauth2/revoke-all-answer",
    ]
)
def apps_cannot_be_ended(server: ReferenceServer) -> None:
    """Deleting an app or revoking its tokens returns a server error."""
    _down(server, DELETE, REVOKE_ALL, respond=_crash)


# -- OAuth --------------------------------------------------------------


@fault(violates=AUTHORIZED)
def authorizations_are_refused(server: ReferenceServer) -> None:
    """Every authorization request is rejected as an invalid payload."""
    _down(server, AUTHORIZE, respond=lambda: error(400, "invalid payload"))


@fault(violates=AUTHORIZED)
def authorization_endpoint_is_down(server: ReferenceServer) -> None:
    """Every authorization request returns a server error."""
    _down(server, AUTHORIZE, respond=_crash)


@fault(violates="fittrackee/oauth/authorization-url")
def consent_page_is_down(server: ReferenceServer) -> None:
    """A proxy's error page replaces the consent page."""
    _down(server, CONSENT, respond=_bad_gateway)


@fault(violates=EXCHANGED)
def token_requests_are_refused(server: ReferenceServer) -> None:
    """Every token request is rejected with invalid_grant."""
    _down(
        server,
        TOKEN,
        respond=lambda: json_response({"error": "invalid_grant"}, 400),
    )


@fault(violates=EXCHANGED)
def token_endpoint_is_down(server: ReferenceServer) -> None:
    """A proxy's page, 503, replaces every token response."""
    _down(
        server,
        TOKEN,
        respond=lambda: _page(503, "Service Temporarily Unavailable"),
    )


@fault(violates=[*EXCHANGED, "rfc6749/5.1/access-token", "rfc6749/5.1/json"])
def token_endpoint_answers_a_page(server: ReferenceServer) -> None:
    """A maintenance page, status 200, replaces every token response."""
    _down(server, TOKEN, respond=lambda: _page(200, "Back soon"))


@fault(violates=["rfc6749/6/refresh-gives-access-token", IN_BODY])
def refreshes_fail(server: ReferenceServer) -> None:
    """Every refresh returns a server error."""

    def hook(_response: Response) -> Response | None:
        refresh = request.form.get("grant_type") == "refresh_token"
        return _crash() if refresh else None

    server.after(TOKEN, hook)


@fault(violates=REVOKED)
def revocation_endpoint_is_down(server: ReferenceServer) -> None:
    """A proxy's page, 503, replaces every revocation response."""
    _down(
        server,
        REVOKE,
        respond=lambda: _page(503, "Service Temporarily Unavailable"),
    )


# -- the API ------------------------------------------------------------


@fault(violates=READ)
def profile_is_down(server: ReferenceServer) -> None:
    """The user's profile returns a server error."""
    _down(server, PROFILE, respond=_crash)


@fault(violates=READ)
def api_is_down(server: ReferenceServer) -> None:
    """Every API route outside of OAuth returns a server error."""
    _instead(
        server,
        lambda path: path.startswith("/api/") and not path.startswith(OPEN),
        _crash,
    )


@fault(violates=REGISTERED)
def sessions_open_nothing(server: ReferenceServer) -> None:
    """Every session is rejected."""
    server.replace("session_ended", lambda _claims: True)


@fault(violates="fittrackee/api-auth/login")
def stranger_is_locked_out(server: ReferenceServer) -> None:
    """One user cannot log in with the correct password."""

    def lax(user: Account | None, password: str) -> bool:
        named = user is not None and user.username == "stranger"
        return not named and bool(matches(user, password))

    matches = server.replace("password_matches", lax)


# -- any request --------------------------------------------------------


@fault(violates=REGISTERED)
def proxy_answers_after_the_login(server: ReferenceServer) -> None:
    """After the login, every API response is a proxy's error page."""
    _instead(server, _after_the_login, _bad_gateway)


@fault(violates=REGISTERED)
def upkeep_page_after_the_login(server: ReferenceServer) -> None:
    """After the login, every API response is a page with status 200."""
    _instead(server, _after_the_login, lambda: _page(200, "Back soon"))


@fault(violates=REGISTERED)
def nothing_but_null_after_the_login(server: ReferenceServer) -> None:
    """After the login, every API response is JSON null."""
    _instead(server, _after_the_login, lambda: json_response(None))

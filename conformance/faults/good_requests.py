"""Ways to turn the good request down, which most scenarios begin with.

What is refused here is what other scenarios need before they can ask their
own question. They have to be blocked then: the kill matrix holds it for
every scenario, under each fault of this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from conformance.faults import fault
from conformance.faults.answering import (
    AUTHORIZE,
    DELETE,
    LIST,
    PROFILE,
    REGISTER,
    REVOKE_ALL,
    SHOW,
    SHOW_BY_NUMBER,
)
from conformance.faults.rewriting import TOKEN
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
STARTING = ("/api/ping", "/api/config")  # what tells that a server is up
OPEN = (LOGIN, "/api/oauth/", *STARTING)
PAGE = (
    "<html><head><title>{status} {reason}</title></head><body><center>"
    "<h1>{status} {reason}</h1></center><hr><center>nginx</center></body>"
    "</html>"
)


def _down(
    server: ReferenceServer, *endpoints: str, made: Callable[[], Response]
) -> None:
    """Give some endpoints one answer for every request."""
    for endpoint in endpoints:
        server.before(endpoint, lambda _request: made())


def _crash() -> Response:
    return error(500, "error, please try again or contact the administrator")


def _page(status: int, reason: str) -> Response:
    """Return what a proxy shows instead of an answer."""
    html = PAGE.format(status=status, reason=reason)
    return Response(html, status, mimetype="text/html")


def _bad_gateway() -> Response:
    return _page(502, "Bad Gateway")


def _instead(
    server: ReferenceServer,
    concerned: Callable[[str], bool],
    made: Callable[[], Response],
) -> None:
    """Answer for the server wherever the path is a concerned one."""

    def hook() -> Response | None:
        return made() if concerned(request.path) else None

    server.app.before_request(hook)


def _after_the_login(path: str) -> bool:
    return path.startswith("/api/") and path not in (LOGIN, *STARTING)


# -- apps ---------------------------------------------------------------


@fault(violates=REGISTERED)
def registrations_are_refused(server: ReferenceServer) -> None:
    """Every registration of an app is called an invalid payload."""
    _down(server, REGISTER, made=lambda: error(400, "invalid payload"))


@fault(violates=REGISTERED)
def registration_is_down(server: ReferenceServer) -> None:
    """Every registration of an app is a server error."""
    _down(server, REGISTER, made=_crash)


@fault(violates=REGISTERED)
def proxy_answers_registrations(server: ReferenceServer) -> None:
    """A proxy's page answers every registration of an app."""
    _down(server, REGISTER, made=_bad_gateway)


@fault(violates="fittrackee/api-oauth2/apps-list")
def list_of_apps_is_down(server: ReferenceServer) -> None:
    """The list of apps is a server error."""
    _down(server, LIST, made=_crash)


@fault(
    violates=[
        "fittrackee/api-oauth2/app-by-client-id",
        "fittrackee/api-oauth2/app-by-number",
    ]
)
def apps_are_not_shown(server: ReferenceServer) -> None:
    """Every look at one app is a server error."""
    _down(server, SHOW, SHOW_BY_NUMBER, made=_crash)


@fault(
    violates=[
        "fittrackee/api-oauth2/delete-204",
        "fittrackee/api-oauth2/revoke-all-answer",
    ]
)
def apps_cannot_be_ended(server: ReferenceServer) -> None:
    """Deleting an app, or ending all its tokens, is a server error."""
    _down(server, DELETE, REVOKE_ALL, made=_crash)


# -- OAuth --------------------------------------------------------------


@fault(violates=AUTHORIZED)
def authorizations_are_refused(server: ReferenceServer) -> None:
    """Every authorization request is called an invalid payload."""
    _down(server, AUTHORIZE, made=lambda: error(400, "invalid payload"))


@fault(violates=AUTHORIZED)
def authorization_endpoint_is_down(server: ReferenceServer) -> None:
    """Every authorization request is a server error."""
    _down(server, AUTHORIZE, made=_crash)


@fault(violates="fittrackee/oauth/authorization-url")
def consent_page_is_down(server: ReferenceServer) -> None:
    """A proxy's page stands in the place of the consent page."""
    _down(server, CONSENT, made=_bad_gateway)


@fault(violates=EXCHANGED)
def token_requests_are_refused(server: ReferenceServer) -> None:
    """Every token request is called an invalid grant."""
    _down(
        server,
        TOKEN,
        made=lambda: json_response({"error": "invalid_grant"}, 400),
    )


@fault(violates=EXCHANGED)
def token_endpoint_is_down(server: ReferenceServer) -> None:
    """A proxy's page answers every token request: 503."""
    _down(
        server,
        TOKEN,
        made=lambda: _page(503, "Service Temporarily Unavailable"),
    )


@fault(violates=[*EXCHANGED, "rfc6749/5.1/access-token", "rfc6749/5.1/json"])
def token_endpoint_answers_a_page(server: ReferenceServer) -> None:
    """A page of an upkeep, with status 200, answers every token request."""
    _down(server, TOKEN, made=lambda: _page(200, "Back soon"))


@fault(violates=["rfc6749/6/refresh-gives-access-token", IN_BODY])
def refreshes_fail(server: ReferenceServer) -> None:
    """Every refresh is a server error."""

    def hook(_response: Response) -> Response | None:
        refresh = request.form.get("grant_type") == "refresh_token"
        return _crash() if refresh else None

    server.after(TOKEN, hook)


@fault(violates=REVOKED)
def revocation_endpoint_is_down(server: ReferenceServer) -> None:
    """A proxy's page answers every revocation request: 503."""
    _down(
        server,
        REVOKE,
        made=lambda: _page(503, "Service Temporarily Unavailable"),
    )


# -- the API ------------------------------------------------------------


@fault(violates=READ)
def profile_is_down(server: ReferenceServer) -> None:
    """The profile of whoever asks is a server error."""
    _down(server, PROFILE, made=_crash)


@fault(violates=READ)
def api_is_down(server: ReferenceServer) -> None:
    """Every route of the API outside of OAuth is a server error."""
    _instead(
        server,
        lambda path: path.startswith("/api/") and not path.startswith(OPEN),
        _crash,
    )


@fault(violates=REGISTERED)
def sessions_open_nothing(server: ReferenceServer) -> None:
    """A session is refused wherever it is shown."""
    server.replace("session_ended", lambda _claims: True)


@fault(violates="fittrackee/api-auth/login")
def stranger_is_locked_out(server: ReferenceServer) -> None:
    """One user is not let in with the right password."""

    def lax(user: Account | None, password: str) -> bool:
        named = user is not None and user.username == "stranger"
        return not named and bool(matches(user, password))

    matches = server.replace("password_matches", lax)


# -- whatever it is -----------------------------------------------------


@fault(violates=REGISTERED)
def proxy_answers_after_the_login(server: ReferenceServer) -> None:
    """A proxy's page answers whatever the API is asked after a login."""
    _instead(server, _after_the_login, _bad_gateway)


@fault(violates=REGISTERED)
def upkeep_page_after_the_login(server: ReferenceServer) -> None:
    """A page with status 200 answers whatever is asked after a login."""
    _instead(server, _after_the_login, lambda: _page(200, "Back soon"))


@fault(violates=REGISTERED)
def nothing_but_null_after_the_login(server: ReferenceServer) -> None:
    """The JSON null answers whatever the API is asked after a login."""
    _instead(server, _after_the_login, lambda: json_response(None))

"""Faults of login, CSRF protection and framing at authorization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from conformance.faults import fault
from conformance.reference.api.responses import json_response
from conformance.reference.storage.models import Account

if TYPE_CHECKING:
    from flask import Request, Response
    from flask.typing import ResponseReturnValue

    from conformance.reference import ReferenceServer

AUTHORIZE = "POST /api/oauth/authorize"
CONSENT = "GET /profile/apps/authorize"
LOGIN = "GET /login"


@fault(
    violates=[
        "rfc6749/3.1/user-is-authenticated",
        "rfc9700/4.11.2/user-first",
        "fittrackee/api-oauth2/authorize-unauthenticated",
    ]
)
def nobody_needs_to_log_in(server: ReferenceServer) -> None:
    """Without a session, the first user authorizes the app."""

    def as_first_user(sent: Request) -> Response | None:
        header = sent.headers.get("Authorization")
        if server.gate.session_or_none(header):
            return None
        users = server.database.session.scalars(select(Account))
        user = users.first()
        assert user is not None  # noqa: S101 - a server has users
        return server.authorization_server.authorization_endpoint_response(
            user
        )

    server.before(AUTHORIZE, as_first_user)


@fault(violates="rfc9700/4.11.2/user-first")
def error_comes_before_login(server: ReferenceServer) -> None:
    """Without a session, an error is redirected to the app."""

    def tell_the_app(sent: Request) -> Response | None:
        if server.gate.session_or_none(sent.headers.get("Authorization")):
            return None
        uri = sent.form.get("redirect_uri", "")
        return json_response({"redirect_url": f"{uri}?error=login_required"})

    server.before(AUTHORIZE, tell_the_app)


@fault(violates="fittrackee/api-oauth2/authorize-unauthenticated")
def nobody_is_forbidden(server: ReferenceServer) -> None:
    """An authorization request without a session gets 403."""

    def rename(response: Response) -> None:
        if response.status_code == 401:
            response.status_code = 403

    server.after(AUTHORIZE, rename)


@fault(violates="fittrackee/api-oauth2/authorize-unauthenticated-message")
def nobody_is_told_otherwise(server: ReferenceServer) -> None:
    """The 401 without a session has an undocumented message."""

    def reword(response: Response) -> Response | None:
        if response.status_code != 401:
            return None
        return json_response({"status": "error", "message": "go away"}, 401)

    server.after(AUTHORIZE, reword)


@fault(violates="rfc6749/10.12/csrf-protection")
def forged_requests_authorize(server: ReferenceServer) -> None:
    """The authorization endpoint requires no CSRF token."""

    def unproven(sent: Request, claims: dict[str, object]) -> bool:
        return sent.endpoint == AUTHORIZE or bool(proven(sent, claims))

    proven = server.replace("csrf_proven", unproven)


@fault(violates="fittrackee/api-oauth2/authorize-by-post-alone")
def other_methods_authorize(server: ReferenceServer) -> None:
    """The authorization endpoint accepts PUT, PATCH and DELETE."""
    _authorize_by(server, ["PUT", "PATCH", "DELETE"])


@fault(violates="rfc9110/9.2.1/code-for-post-only")
def get_authorizes(server: ReferenceServer) -> None:
    """The authorization endpoint accepts GET in place of POST."""
    _authorize_by(server, ["GET"])


@fault(violates="rfc9110/9.2.1/code-for-post-only")
def opening_the_page_is_consent(server: ReferenceServer) -> None:
    """GET of the authorization URL with confirm=true grants consent."""

    def from_the_address(sent: Request) -> MultiDict[str, str]:
        if sent.endpoint == CONSENT:
            return MultiDict(sent.args.items(multi=True))
        given: MultiDict[str, str] = parameters(sent)
        return given

    def grant(sent: Request) -> Response | None:
        visitor = server.gate.session_or_none(
            sent.headers.get("Authorization")
        )
        if visitor is None or sent.args.get("confirm") != "true":
            return None
        account = visitor.account
        return server.authorization_server.authorization_endpoint_response(
            account
        )

    parameters = server.replace("parameters", from_the_address)
    server.before(CONSENT, grant)


@fault(
    violates=[
        "rfc6749/3.1/tls-required",
        "rfc6749/3.1/tls-behind-proxy",
        "rfc9700/4.13/claims-not-believed",
        "robustness/refused-cleanly-behind-proxy",
        "robustness/settled-behind-proxy",
    ]
)
def plain_http_authorizes(server: ReferenceServer) -> None:
    """Authorization requests over plain HTTP are accepted."""

    def any_transport(url: str) -> bool:
        return request.endpoint == AUTHORIZE or bool(secure(url))

    secure = server.replace("secure_transport", any_transport)


@fault(
    violates=[
        "rfc6749/3.1/get-supported",
        "fittrackee/oauth/authorization-url",
    ]
)
def authorization_url_is_gone(server: ReferenceServer) -> None:
    """The authorization URL returns 404."""
    server.before(CONSENT, lambda _sent: json_response({}, 404))


@fault(violates="rfc6749/3.1/no-fragment")
def page_is_behind_a_fragment(server: ReferenceServer) -> None:
    """The authorization URL redirects to a URL with a fragment."""
    server.before(CONSENT, lambda sent: redirect(f"/#{sent.path}"))


@fault(
    violates=[
        "rfc9700/4.16/consent-page-not-framed",
        "rfc9700/4.16/content-security-policy",
    ]
)
def consent_page_may_be_framed(server: ReferenceServer) -> None:
    """The consent page can be framed: no header forbids it."""
    server.after(CONSENT, _may_be_framed)


@fault(
    violates=[
        "rfc9700/4.16/login-page-not-framed",
        "rfc9700/4.16/content-security-policy",
    ]
)
def login_page_may_be_framed(server: ReferenceServer) -> None:
    """The login page can be framed: no header forbids it."""
    server.after(LOGIN, _may_be_framed)


@fault(violates="rfc9700/4.16/content-security-policy")
def policy_lets_anybody_frame(server: ReferenceServer) -> None:
    """The consent page's Content-Security-Policy allows framing."""

    def open_up(response: Response) -> None:
        response.headers["Content-Security-Policy"] = "frame-ancestors *"

    server.after(CONSENT, open_up)


@fault(violates="rfc9700/4.2.4/no-third-party-resources")
def consent_page_counts_visitors(server: ReferenceServer) -> None:
    """The consent page loads an image from another site."""
    picture = '<img alt="" src="https://statistics.example/pixel.png">'
    server.page("authorize", lambda html: f"{html}{picture}")


@fault(violates="rfc6749/10.14/parameters-not-reflected")
def consent_page_repeats_the_address(server: ReferenceServer) -> None:
    """The consent page reflects request parameters as HTML."""

    def repeat(html: str) -> str:
        return html + "".join(f"<p>{value}" for value in request.args.values())

    server.page("authorize", repeat)


@fault(violates="rfc9700/4.11.2/no-open-redirector")
def login_page_redirects_anywhere(server: ReferenceServer) -> None:
    """The login page is an open redirector."""

    def away(sent: Request) -> ResponseReturnValue | None:
        target = sent.args.get("from", "")
        return redirect(target) if "//" in target else None

    server.before(LOGIN, away)


@fault(violates="rfc9700/2.6/no-cors-at-authorization")
def other_sites_may_read_answers(server: ReferenceServer) -> None:
    """The authorization endpoint allows cross-origin reads (CORS)."""

    def open_up(response: Response) -> None:
        origin = request.headers.get("Origin", "*")
        response.headers["Access-Control-Allow-Origin"] = origin

    server.after(AUTHORIZE, open_up)


def _may_be_framed(response: Response) -> None:
    """Remove the headers that forbid framing a page."""
    response.headers.pop("X-Frame-Options", None)
    response.headers.pop("Content-Security-Policy", None)


def _authorize_by(server: ReferenceServer, methods: list[str]) -> None:
    """Route more methods to the view of POST."""
    server.app.add_url_rule(
        AUTHORIZE.partition(" ")[2],
        "authorize by another method",
        server.app.view_functions[AUTHORIZE],
        methods=methods,
    )

"""Faults that accept invalid requests in the preconditions of scenarios.

A precondition under such a fault is blocked and names the violated
requirement, which a scenario of its own reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from conformance.faults import fault
from conformance.faults.json_responses import DELETE, LIST, PROFILE
from conformance.faults.token_endpoint import TOKEN
from conformance.reference.api.account_api import profile_of
from conformance.reference.api.apps_api import serialize_app
from conformance.reference.api.responses import no_content, success
from conformance.reference.rules.registration_rules import CLIENT_ID_LENGTH
from conformance.reference.rules.session_rules import SESSION_COOKIE
from conformance.reference.storage.models import Account, RegisteredApp, Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response

    from conformance.reference import ReferenceServer

GRANTS = {"authorization_code", "refresh_token"}


def _succeeding_errors(
    server: ReferenceServer, applies: Callable[[], bool]
) -> None:
    """Return some token errors with status 200."""

    def hook(response: Response) -> None:
        if response.status_code >= 400 and applies():
            response.status_code = 200

    server.after(TOKEN, hook)


@fault(
    violates=[
        "rfc6749/5.2/error-status",
        "rfc6749/5.2/invalid-request",
        "rfc6749/5.2/unsupported-grant-type",
        "fittrackee/api-oauth2/token-grant-types",
    ]
)
def errors_over_grant_types_are_successes(server: ReferenceServer) -> None:
    """The error for a missing or unknown grant type has the status 200."""
    _succeeding_errors(
        server, lambda: request.form.get("grant_type") not in GRANTS
    )


@fault(violates="rfc6749/5.2/invalid-client")
def errors_over_clients_are_successes(server: ReferenceServer) -> None:
    """The error for an overlong client_id has the status 200."""

    def impossible() -> bool:
        return len(request.form.get("client_id", "")) > CLIENT_ID_LENGTH

    _succeeding_errors(server, impossible)


@fault(
    violates=[
        "rfc6749/5.2/invalid-scope",
        "rfc6749/6/scope-not-widened",
        "rfc9700/2.3/no-more-scope-than-asked",
    ]
)
def scope_of_a_refresh_is_not_read(server: ReferenceServer) -> None:
    """The scope parameter of a refresh is ignored."""
    server.replace("refreshed_scope", lambda token, _scope: token.grant.scope)


@fault(
    violates=[
        "rfc6749/6/scope-not-widened",
        "rfc6749/6/omitted-scope-is-the-original",
        "rfc9700/2.3/no-more-scope-than-asked",
    ]
)
def refresh_gives_all_that_the_app_may_ask(server: ReferenceServer) -> None:
    """A refresh returns all the registered scope of its app."""

    def widened(token: Token, scope: str | None) -> str | None:
        return refreshed(token, scope) and token.grant.app.scope

    refreshed: Any = server.replace("refreshed_scope", widened)


@fault(violates="fittrackee/api-oauth2/unknown-app-404")
def deleting_nothing_succeeds(server: ReferenceServer) -> None:
    """Deleting an unknown app returns 204."""

    def hook(response: Response) -> Response | None:
        number = (request.view_args or {}).get("client_id")
        nothing = server.database.session.get(RegisteredApp, number) is None
        return (
            no_content() if response.status_code == 404 and nothing else None
        )

    server.after(DELETE, hook)


@fault(
    violates=[
        "fittrackee/api-oauth2/apps-session-required",
        "fittrackee/api-oauth2/apps-401",
        "fittrackee/api-oauth2/apps-401-message",
    ]
)
def list_needs_no_session(server: ReferenceServer) -> None:
    """Without a session, the list of apps shows all apps."""

    def hook(sent: Request) -> Response | None:
        if SESSION_COOKIE in sent.cookies or "Authorization" in sent.headers:
            return None
        apps = server.database.session.scalars(select(RegisteredApp)).all()
        return success(data={"clients": [serialize_app(app) for app in apps]})

    server.before(LIST, hook)


@fault(violates="rfc6749/7/unknown-token")
def repeated_letter_is_a_token(server: ReferenceServer) -> None:
    """A repeated letter is accepted as the last issued access token."""

    def find(presented: str) -> Token | None:
        token: Token | None = original(presented)
        if token is not None or len(set(presented)) != 1:
            return token
        newest = select(Token).order_by(Token.id.desc())
        return server.database.session.scalars(newest).first()

    original: Any = server.replace("find_access_token", find)


@fault(
    violates=[
        "rfc6750/2.1/other-schemes",
        "rfc6750/3/challenge-without-credentials",
    ]
)
def nobody_is_the_first_user(server: ReferenceServer) -> None:
    """Without credentials, the first user's profile is returned."""

    def hook(sent: Request) -> Response | None:
        scheme = sent.headers.get("Authorization", "").partition(" ")[0]
        if scheme.lower() == "bearer" or SESSION_COOKIE in sent.cookies:
            return None
        first = select(Account).order_by(Account.id)
        user = server.database.session.scalars(first).first()
        return success(data=profile_of(server, user)) if user else None

    server.before(PROFILE, hook)

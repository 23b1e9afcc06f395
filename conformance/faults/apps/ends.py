"""Faults of deleting an app: it revokes too little or too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, make_response, request
from sqlalchemy import update

from conformance.faults import fault
from conformance.faults.json_responses import DELETE
from conformance.reference.api.apps_api import own_app
from conformance.reference.api.responses import success
from conformance.reference.storage.models import (
    AuthorizationGrant,
    RegisteredApp,
    Token,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.protect import Caller

AUTHORIZE_PATH = "/api/oauth/authorize"


def _hiding(gone: set[int]) -> Callable[..., Response]:
    """Return a view that records an app's id instead of deleting it."""

    def hide(
        server: ReferenceServer, caller: Caller, client_id: int
    ) -> Response:
        app = own_app(server, caller, id=client_id)
        gone.add(app.id)
        return make_response("", 204)

    return hide


def _hide_instead_of_deleting(server: ReferenceServer, spared: str) -> None:
    """Disable a deleted app except for one function.

    Args:
        server: The server to break.
        spared: The function that still works: ``listing``, ``consent``,
            ``codes``, ``access`` or ``refresh``; empty for none.
    """
    gone: set[int] = set()
    rules = server.rules

    def over(part: str, app_id: int) -> bool:
        return app_id in gone and part != spared

    def find(client_id: str) -> RegisteredApp | None:
        app: RegisteredApp | None = find_app(client_id)
        consent = request.path == AUTHORIZE_PATH
        dead = app and consent and over("consent", app.id)
        return None if dead else app

    server.wrap(DELETE, lambda _view: _hiding(gone))
    find_app = server.replace("find_app", find)
    if spared != "listing":
        own = rules.apps_of
        server.replace(
            "apps_of",
            lambda user: own(user).where(RegisteredApp.id.not_in(gone)),
        )
    expired = server.replace(
        "code_expired",
        lambda code: over("codes", code.grant.app_id) or expired(code),
    )
    revoked = server.replace(
        "access_token_revoked",
        lambda token: over("access", token.grant.app_id) or revoked(token),
    )
    ended = server.replace(
        "refresh_token_expired",
        lambda token: over("refresh", token.grant.app_id) or ended(token),
    )


@fault(violates="fittrackee/api-oauth2/deleted-app-is-gone")
def deleted_app_stays_listed(server: ReferenceServer) -> None:
    """A deleted app is still listed."""
    _hide_instead_of_deleting(server, "listing")


@fault(violates="fittrackee/api-oauth2/delete-ends-credentials")
def deleted_app_is_authorized(server: ReferenceServer) -> None:
    """A deleted app still gets codes."""
    _hide_instead_of_deleting(server, "consent")


@fault(violates="fittrackee/api-oauth2/delete-ends-codes")
def codes_outlive_their_app(server: ReferenceServer) -> None:
    """Codes can be exchanged after their app is deleted."""
    _hide_instead_of_deleting(server, "codes")


@fault(violates="fittrackee/api-oauth2/delete-ends-access-tokens")
def access_tokens_outlive_their_app(server: ReferenceServer) -> None:
    """Access tokens stay valid after their app is deleted."""
    _hide_instead_of_deleting(server, "access")


@fault(violates="fittrackee/api-oauth2/delete-ends-refresh-tokens")
def refresh_tokens_outlive_their_app(server: ReferenceServer) -> None:
    """Refresh tokens stay valid after their app is deleted."""
    _hide_instead_of_deleting(server, "refresh")


@fault(
    violates=[
        "fittrackee/api-oauth2/delete-ends-access-tokens",
        "fittrackee/api-oauth2/delete-ends-refresh-tokens",
    ]
)
def others_tokens_outlive_their_app(server: ReferenceServer) -> None:
    """Deleting an app revokes only its owner's tokens."""
    _hide_instead_of_deleting(server, "")

    def others(token: Token) -> bool:
        return token.grant.user_id != token.grant.app.user_id

    revoked = server.replace(
        "access_token_revoked",
        lambda token: not others(token) and revoked(token),
    )
    ended = server.replace(
        "refresh_token_expired",
        lambda token: not others(token) and ended(token),
    )


@fault(violates="fittrackee/api-oauth2/delete-204")
def deletion_answers_200(server: ReferenceServer) -> None:
    """Deleting an app returns 200."""

    def answer_200(response: Response) -> Response | None:
        return success() if response.status_code == 204 else None

    server.after(DELETE, answer_200)


def end_grants(server: ReferenceServer, *where: Any) -> None:
    """End the grants that meet some conditions, and commit."""
    session = server.database.session
    statement = update(AuthorizationGrant).where(*where)
    session.execute(statement.values(ended_at=server.rules.now()))
    session.commit()


@fault(violates="fittrackee/api-oauth2/delete-spares-other-apps")
def deletion_ends_all_of_the_owner(server: ReferenceServer) -> None:
    """Deleting an app revokes its owner's tokens for other apps."""

    def wrapper(view: Callable[..., Response]) -> Callable[..., Response]:
        def ending(
            server: ReferenceServer, caller: Caller, client_id: int
        ) -> Response:
            user_id = caller.account.id
            response = view(server, caller, client_id=client_id)
            end_grants(server, AuthorizationGrant.user_id == user_id)
            return response

        return ending

    server.wrap(DELETE, wrapper)

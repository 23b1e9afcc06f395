"""Faults of revoking all tokens of an app: too few or too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import update

from conformance.faults import fault
from conformance.faults.apps.ends import AUTHORIZE_PATH, end_grants
from conformance.faults.json_responses import REVOKE_ALL, rewrite
from conformance.reference.storage.models import (
    AuthorizationGrant,
    RegisteredApp,
    Token,
)

if TYPE_CHECKING:
    from conformance.reference import ReferenceServer


@fault(violates="fittrackee/api-oauth2/revoke-all-answer")
def revoke_all_answers_nothing(server: ReferenceServer) -> None:
    """Revoking all tokens of an app returns an empty object."""
    rewrite(server, REVOKE_ALL, lambda body: body.clear())


def _update_tokens(
    server: ReferenceServer, app: RegisteredApp, **values: Any
) -> None:
    """Set columns of all tokens of an app."""
    grants = AuthorizationGrant.__table__
    concerned = Token.grant_id.in_(
        grants.select()
        .with_only_columns(grants.c.id)
        .where(grants.c.app_id == app.id)
    )
    statement = update(Token).where(concerned).values(**values)
    server.database.session.execute(
        statement, execution_options={"synchronize_session": False}
    )


@fault(violates="fittrackee/api-oauth2/revoke-all-ends-access-tokens")
def revoke_all_forgets_access_tokens(server: ReferenceServer) -> None:
    """Revoking all tokens of an app does not revoke access tokens."""
    server.replace(
        "end_grants_of",
        lambda app: _update_tokens(
            server, app, refreshed_at=server.rules.now()
        ),
    )


@fault(violates="fittrackee/api-oauth2/revoke-all-ends-refresh-tokens")
def revoke_all_forgets_refresh_tokens(server: ReferenceServer) -> None:
    """Revoking all tokens of an app does not revoke refresh tokens."""
    server.replace(
        "end_grants_of",
        lambda app: _update_tokens(server, app, revoked_at=server.rules.now()),
    )


@fault(
    violates=[
        "fittrackee/api-oauth2/revoke-all-ends-access-tokens",
        "fittrackee/api-oauth2/revoke-all-ends-refresh-tokens",
    ]
)
def revoke_all_spares_other_users(server: ReferenceServer) -> None:
    """Revoking all tokens of an app revokes only its owner's."""
    server.replace(
        "end_grants_of",
        lambda app: end_grants(
            server,
            AuthorizationGrant.app_id == app.id,
            AuthorizationGrant.user_id == app.user_id,
        ),
    )


@fault(violates="fittrackee/api-oauth2/revoke-all-spares-other-apps")
def revoke_all_ends_all_of_the_owner(server: ReferenceServer) -> None:
    """Revoking an app's tokens revokes its owner's for other apps too."""

    def end_all(app: RegisteredApp) -> None:
        end_grants(server, AuthorizationGrant.user_id == app.user_id)
        end(app)

    end = server.replace("end_grants_of", end_all)


@fault(violates="fittrackee/api-oauth2/revoke-all-keeps-app")
def revoke_all_locks_the_app(server: ReferenceServer) -> None:
    """An app whose tokens were revoked cannot be authorized again."""
    locked: set[str] = set()

    def end_and_lock(app: RegisteredApp) -> None:
        locked.add(app.client_id)
        end(app)

    def find(client_id: str) -> RegisteredApp | None:
        consent = request.path == AUTHORIZE_PATH
        app: RegisteredApp | None = find_app(client_id)
        return None if consent and client_id in locked else app

    end = server.replace("end_grants_of", end_and_lock)
    find_app = server.replace("find_app", find)

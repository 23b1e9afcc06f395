"""Faults that only certain sequences of operations reveal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from conformance.faults import fault
from conformance.faults.apps.ends import end_grants
from conformance.reference.storage.models import AuthorizationGrant, Token

if TYPE_CHECKING:
    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import (
        AuthorizationCode,
        RegisteredApp,
    )


def _issued(server: ReferenceServer, token: Token) -> int:
    """Return how many tokens a grant has: one, and one per refresh."""
    family = select(func.count()).where(Token.grant_id == token.grant_id)
    return server.database.session.scalar(family) or 0


@fault(violates="rfc6749/4.1.2/code-single-use")
def only_the_last_code_is_remembered(server: ReferenceServer) -> None:
    """A used code is valid again after its app exchanges another."""
    last: dict[int, int] = {}

    def is_spent(code: AuthorizationCode) -> bool:
        app_id = code.grant.app_id
        return bool(spent(code) and last.get(app_id) == code.id)

    def spend_once(code: AuthorizationCode) -> bool:
        if spent(code):
            return True
        last[code.grant.app_id] = code.id
        return bool(spend(code))

    spent = server.replace("code_spent", is_spent)
    spend = server.replace("spend_code", spend_once)


@fault(violates="rfc7009/2.1/dead-at-once")
def refresh_revives_revoked_access_tokens(server: ReferenceServer) -> None:
    """A refresh makes revoked access tokens of its grant valid again."""
    revoked: set[int] = set()

    def revoke_alone(token: Token, presented: str) -> None:
        if token.access_hash != server.rules.stored(presented):
            revoke(token, presented)
            return
        token.revoked_at = server.rules.now()
        revoked.add(token.id)

    def spend_and_revive(token: Token) -> bool:
        done = bool(spend(token))
        server.database.session.execute(
            update(Token)
            .where(Token.grant_id == token.grant_id, Token.id.in_(revoked))
            .values(revoked_at=None)
        )
        return done

    revoke = server.replace("revoke", revoke_alone)
    spend = server.replace("spend_refresh_token", spend_and_revive)


@fault(
    violates=[
        "rfc7009/2.1/dead-at-once",
        "rfc6749/6/refused-stays-refused",
        "fittrackee/oauth/ended-with-its-app",
    ]
)
def consent_revives_what_had_ended(server: ReferenceServer) -> None:
    """A new consent makes the user's revoked tokens valid again."""
    save = server.code_grant.save_authorization_code

    def save_and_revive(self: Any, code: str, request: Any) -> None:
        save(self, code, request)
        server.database.session.execute(
            update(AuthorizationGrant)
            .where(
                AuthorizationGrant.app_id == request.client.id,
                AuthorizationGrant.user_id == request.user.id,
            )
            .values(ended_at=None)
        )

    server.code_grant.save_authorization_code = save_and_revive


@fault(violates="fittrackee/oauth/ended-with-its-app")
def revoke_all_ends_the_newest_consent(server: ReferenceServer) -> None:
    """Revoking all tokens of an app ends only each user's last grant."""

    def end_newest(app: RegisteredApp) -> None:
        of_app = AuthorizationGrant.app_id == app.id
        newest = (
            select(func.max(AuthorizationGrant.id))
            .where(of_app)
            .group_by(AuthorizationGrant.user_id)
        )
        end_grants(server, AuthorizationGrant.id.in_(newest))

    server.replace("end_grants_of", end_newest)


@fault(violates="rfc6749/6/refused-stays-refused")
def rotated_token_returns_after_a_revocation(server: ReferenceServer) -> None:
    """A used refresh token is valid again after its successor's revocation."""
    returned: set[int] = set()

    def revoke_and_return(token: Token, presented: str) -> None:
        revoke(token, presented)
        before = select(Token.id).where(
            Token.grant_id == token.grant_id, Token.id < token.id
        )
        returned.update(server.database.session.scalars(before))

    def is_back(token: Token) -> bool:
        return token.id in returned

    revoke = server.replace("revoke", revoke_and_return)
    spent = server.replace(
        "refresh_token_spent", lambda t: not is_back(t) and spent(t)
    )
    spend = server.replace(
        "spend_refresh_token", lambda t: is_back(t) or spend(t)
    )
    belongs = server.replace(
        "refresh_token_belongs_to",
        lambda t, app: belongs(t, app) and _reopened(server, t, is_back(t)),
    )


def _reopened(server: ReferenceServer, token: Token, back: bool) -> bool:
    """Clear a grant's end if ``back``; return True."""
    if back:
        token.grant.ended_at = None
        server.database.session.flush()
    return True


@fault(violates="rfc6749/6/scope-not-widened")
def second_refresh_forgets_the_consent(server: ReferenceServer) -> None:
    """A second refresh widens the scope to the app's registered scope."""

    def widened(token: Token, scope: str | None) -> str | None:
        if scope is None and _issued(server, token) > 1:
            return token.grant.app.scope
        narrowed: str | None = refreshed(token, scope)
        return narrowed

    refreshed = server.replace("refreshed_scope", widened)


@fault(violates="fittrackee/api-oauth2/isolation-in-any-order")
def refreshed_tokens_are_anybodys(server: ReferenceServer) -> None:
    """Any app can revoke a refreshed token."""
    by_its_app = server.replace(
        "revocable_by",
        lambda token, app: (
            _issued(server, token) > 1 or by_its_app(token, app)
        ),
    )


@fault(violates="fittrackee/oauth/untouched-still-works")
def refresh_disconnects_other_apps(server: ReferenceServer) -> None:
    """A refresh revokes the user's tokens for other apps."""

    def spend_and_end(token: Token) -> bool:
        done = bool(spend(token))
        end_grants(
            server,
            AuthorizationGrant.user_id == token.grant.user_id,
            AuthorizationGrant.app_id != token.grant.app_id,
        )
        return done

    spend = server.replace("spend_refresh_token", spend_and_end)

"""Rules of the token and revocation endpoints (RFC 6749, RFC 7009)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from authlib.common.security import generate_token
from sqlalchemy import CursorResult, or_, select, update

from conformance.reference.rules.rule_base import RuleBase
from conformance.reference.storage.models import (
    AuthorizationCode,
    AuthorizationGrant,
    Token,
    hashed,
)

if TYPE_CHECKING:
    from typing import Any

    from conformance.reference.storage.models import RegisteredApp

CODE_LIFETIME = 300
ACCESS_TOKEN_LENGTH = 42
REFRESH_TOKEN_LENGTH = 48
ACCESS_TOKEN_LIFETIME = 864_000
TOKEN_TYPE_HINTS = ("access_token", "refresh_token")


class TokenRules(RuleBase):
    """Who gets tokens for what, how often, and when they end."""

    code_lifetime = CODE_LIFETIME
    access_token_lifetime = ACCESS_TOKEN_LIFETIME
    refresh_token_lifetime = 2 * ACCESS_TOKEN_LIFETIME
    grant_types = ("authorization_code", "refresh_token")

    # -- the client ------------------------------------------------------

    def basic_authentication_refused(self) -> bool:
        """FitTrackee takes client credentials in the body only."""
        return True

    def secret_matches(self, app: RegisteredApp, client_secret: str) -> bool:
        """Compare in constant time."""
        return secrets.compare_digest(app.secret_hash, hashed(client_secret))

    # -- the authorization code -----------------------------------------

    def find_code(self, code: str) -> AuthorizationCode | None:
        """Return what is known of a code, spent or not."""
        query = select(AuthorizationCode).where(
            AuthorizationCode.code_hash == self.stored(code)
        )
        return self.database.session.scalars(query).one_or_none()

    def code_belongs_to(
        self, code: AuthorizationCode, app: RegisteredApp
    ) -> bool:
        """A code is good for the app it was issued to."""
        return code.grant.app_id == app.id

    def code_expired(self, code: AuthorizationCode) -> bool:
        """A code is good for five minutes."""
        return code.issued_at + self.code_lifetime < self.now()

    def code_spent(self, code: AuthorizationCode) -> bool:
        """A code is good once."""
        return code.used_at is not None

    def spend_code(self, code: AuthorizationCode) -> bool:
        """Mark a code as used; False when somebody was faster."""
        result = self.database.session.execute(
            update(AuthorizationCode)
            .where(
                AuthorizationCode.id == code.id,
                AuthorizationCode.used_at.is_(None),
            )
            .values(used_at=self.now())
        )
        return _changed(result) == 1

    def code_replayed(self, code: AuthorizationCode) -> None:
        """A replay ends what the code gave (RFC 6749 section 4.1.2)."""
        self.end_grant(code.grant_id)

    def redirect_uri_repeated(
        self, code: AuthorizationCode, redirect_uri: str | None
    ) -> bool:
        """The token request repeats what the authorization request said.

        Where that said nothing, the URI that the code went to may be
        named all the same, but no other.
        """
        if code.redirect_uri is not None:
            return redirect_uri == code.redirect_uri
        return redirect_uri in (None, code.sent_to)

    # -- the refresh token ----------------------------------------------

    def find_refresh_token(self, refresh_token: str) -> Token | None:
        """Return what is known of a refresh token, rotated or not."""
        query = select(Token).where(
            Token.refresh_hash == self.stored(refresh_token)
        )
        return self.database.session.scalars(query).one_or_none()

    def refresh_token_belongs_to(
        self, token: Token, app: RegisteredApp
    ) -> bool:
        """A refresh token is good for the app it was issued to."""
        return token.grant.app_id == app.id

    def refresh_token_expired(self, token: Token) -> bool:
        """A refresh token lives twice as long as its access token."""
        return token.issued_at + self.refresh_token_lifetime < self.now()

    def refresh_token_spent(self, token: Token) -> bool:
        """A refresh token is good once: each answer holds a new one."""
        return token.refreshed_at is not None

    def spend_refresh_token(self, token: Token) -> bool:
        """Rotate; False when somebody was faster."""
        result = self.database.session.execute(
            update(Token)
            .where(Token.id == token.id, Token.refreshed_at.is_(None))
            .values(refreshed_at=self.now(), revoked_at=self.now())
        )
        return _changed(result) == 1

    def refresh_token_replayed(self, token: Token) -> None:
        """A replay ends the whole family (RFC 9700 section 4.14.2)."""
        self.end_grant(token.grant_id)

    def refreshed_scope(self, token: Token, scope: str | None) -> str | None:
        """Return the new token's scope, None when more than was granted.

        The refresh token keeps the scope of the consent, so a narrower
        access token does not narrow the ones after it (RFC 6749 section 6).
        """
        granted = token.grant.scope
        if scope is None:
            return granted
        wanted = list(dict.fromkeys(scope.split(" ")))
        if "" in wanted or not set(wanted) <= set(granted.split()):
            return None
        return " ".join(wanted)

    # -- issuing ---------------------------------------------------------

    def new_access_token(self) -> str:
        """Return a fresh access token (RFC 6749 section 10.10)."""
        return str(generate_token(ACCESS_TOKEN_LENGTH))

    def new_refresh_token(self) -> str:
        """Return a fresh refresh token."""
        return str(generate_token(REFRESH_TOKEN_LENGTH))

    def issued_scope(self, scope: str) -> str:
        """A token carries the scope that was consented to."""
        return scope

    def token_response(self, token: dict[str, Any]) -> dict[str, Any]:
        """Complete the answer of RFC 6749 section 5.1.

        FitTrackee's documentation shows ``expires_at`` besides.
        """
        return {**token, "expires_at": self.now() + token["expires_in"]}

    def hold_grant(self, grant_id: int) -> None:
        """Let others who use or end the same grant wait for this request.

        On PostgreSQL; SQLite lets only one request write at a time anyway.
        """
        self.database.session.execute(
            select(AuthorizationGrant.id)
            .where(AuthorizationGrant.id == grant_id)
            .with_for_update()
        )

    # -- ending ----------------------------------------------------------

    def grant_ended(self, grant: AuthorizationGrant) -> bool:
        """Nothing that comes from an ended grant is good any more."""
        return grant.ended_at is not None

    def end_grant(self, grant_id: int) -> None:
        """End a grant and with it every code and token that it gave."""
        self.database.session.execute(
            update(AuthorizationGrant)
            .where(AuthorizationGrant.id == grant_id)
            .values(ended_at=self.now())
        )

    def end_grants_of(self, app: RegisteredApp) -> None:
        """End every grant of an app, whichever user gave it."""
        self.database.session.execute(
            update(AuthorizationGrant)
            .where(AuthorizationGrant.app_id == app.id)
            .values(ended_at=self.now())
        )

    def find_revocable(self, token: str, hint: str | None) -> Token | None:
        """Find an access or a refresh token; the hint is only a hint."""
        del hint  # RFC 7009 section 2.1: look further when it is wrong
        stored = self.stored(token)
        query = select(Token).where(
            or_(Token.access_hash == stored, Token.refresh_hash == stored)
        )
        return self.database.session.scalars(query).one_or_none()

    def revocable_by(self, token: Token, app: RegisteredApp) -> bool:
        """An app revokes its own tokens (RFC 7009 section 2.1)."""
        return token.grant.app_id == app.id

    def revoke(self, token: Token, presented: str) -> None:
        """End both tokens, whichever was presented, and their family."""
        del presented
        self.end_grant(token.grant_id)


def _changed(result: Any) -> int:
    """Return how many rows a statement changed."""
    assert isinstance(result, CursorResult)  # noqa: S101 - for the types
    return result.rowcount

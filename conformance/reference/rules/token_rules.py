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
    """Issue, lifetime, single use and revocation of codes and tokens."""

    code_lifetime = CODE_LIFETIME
    access_token_lifetime = ACCESS_TOKEN_LIFETIME
    refresh_token_lifetime = 2 * ACCESS_TOKEN_LIFETIME
    grant_types = ("authorization_code", "refresh_token")

    # -- the client ------------------------------------------------------

    def basic_authentication_refused(self) -> bool:
        """FitTrackee supports client credentials in the body only."""
        return True

    def secret_matches(self, app: RegisteredApp, client_secret: str) -> bool:
        """Compare in constant time."""
        return secrets.compare_digest(app.secret_hash, hashed(client_secret))

    # -- the authorization code -----------------------------------------

    def find_code(self, code: str) -> AuthorizationCode | None:
        """Return the stored code, used or not; None when unknown."""
        query = select(AuthorizationCode).where(
            AuthorizationCode.code_hash == self.stored(code)
        )
        return self.database.session.scalars(query).one_or_none()

    def code_belongs_to(
        self, code: AuthorizationCode, app: RegisteredApp
    ) -> bool:
        """A code is valid for the app it was issued to."""
        return code.grant.app_id == app.id

    def code_expired(self, code: AuthorizationCode) -> bool:
        """A code expires after ``code_lifetime`` seconds."""
        return code.issued_at + self.code_lifetime < self.now()

    def code_spent(self, code: AuthorizationCode) -> bool:
        """A code is valid once (RFC 6749 section 4.1.2)."""
        return code.used_at is not None

    def spend_code(self, code: AuthorizationCode) -> bool:
        """Mark a code as used; False when a concurrent request did."""
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
        """A replay revokes the code's tokens (RFC 6749 section 4.1.2)."""
        self.end_grant(code.grant_id)

    def redirect_uri_repeated(
        self, code: AuthorizationCode, redirect_uri: str | None
    ) -> bool:
        """Whether redirect_uri is the authorization request's (4.1.3).

        If that request had none, it may be absent or the registered URI
        that the code was sent to.
        """
        if code.redirect_uri is not None:
            return redirect_uri == code.redirect_uri
        return redirect_uri in (None, code.sent_to)

    # -- the refresh token ----------------------------------------------

    def find_refresh_token(self, refresh_token: str) -> Token | None:
        """Return the stored refresh token, used or not, or None."""
        query = select(Token).where(
            Token.refresh_hash == self.stored(refresh_token)
        )
        return self.database.session.scalars(query).one_or_none()

    def refresh_token_belongs_to(
        self, token: Token, app: RegisteredApp
    ) -> bool:
        """A refresh token is valid for the app it was issued to."""
        return token.grant.app_id == app.id

    def refresh_token_expired(self, token: Token) -> bool:
        """A refresh token expires after twice an access token's lifetime."""
        return token.issued_at + self.refresh_token_lifetime < self.now()

    def refresh_token_spent(self, token: Token) -> bool:
        """A refresh token is valid once: each response has a new one."""
        return token.refreshed_at is not None

    def spend_refresh_token(self, token: Token) -> bool:
        """Mark a refresh token as used; False when a concurrent one did."""
        result = self.database.session.execute(
            update(Token)
            .where(Token.id == token.id, Token.refreshed_at.is_(None))
            .values(refreshed_at=self.now(), revoked_at=self.now())
        )
        return _changed(result) == 1

    def refresh_token_replayed(self, token: Token) -> None:
        """A replay revokes the whole grant (RFC 9700 section 4.14.2)."""
        self.end_grant(token.grant_id)

    def refreshed_scope(self, token: Token, scope: str | None) -> str | None:
        """Return the new token's scope, None when more than was granted.

        The refresh token keeps the scope of the consent, so a narrower
        access token does not narrow the ones after it (RFC 6749 section 6).
        """
        granted = token.grant.scope
        if scope is None:
            return granted
        requested = list(dict.fromkeys(scope.split(" ")))
        if "" in requested or not set(requested) <= set(granted.split()):
            return None
        return " ".join(requested)

    # -- issuing ---------------------------------------------------------

    def new_access_token(self) -> str:
        """Return a fresh access token (RFC 6749 section 10.10)."""
        return str(generate_token(ACCESS_TOKEN_LENGTH))

    def new_refresh_token(self) -> str:
        """Return a fresh refresh token."""
        return str(generate_token(REFRESH_TOKEN_LENGTH))

    def issued_scope(self, scope: str) -> str:
        """A token has the scope that was consented to."""
        return scope

    def token_response(self, token: dict[str, Any]) -> dict[str, Any]:
        """Return the token response of RFC 6749 section 5.1.

        FitTrackee's documentation adds ``expires_at``.
        """
        return {**token, "expires_at": self.now() + token["expires_in"]}

    def hold_grant(self, grant_id: int) -> None:
        """Lock a grant against concurrent use and revocation.

        Needed on PostgreSQL; SQLite has a single writer.
        """
        self.database.session.execute(
            select(AuthorizationGrant.id)
            .where(AuthorizationGrant.id == grant_id)
            .with_for_update()
        )

    # -- ending ----------------------------------------------------------

    def grant_ended(self, grant: AuthorizationGrant) -> bool:
        """Codes and tokens of an ended grant are invalid."""
        return grant.ended_at is not None

    def end_grant(self, grant_id: int) -> None:
        """End a grant and so revoke its codes and tokens."""
        self.database.session.execute(
            update(AuthorizationGrant)
            .where(AuthorizationGrant.id == grant_id)
            .values(ended_at=self.now())
        )

    def end_grants_of(self, app: RegisteredApp) -> None:
        """End every grant of an app, of all users."""
        self.database.session.execute(
            update(AuthorizationGrant)
            .where(AuthorizationGrant.app_id == app.id)
            .values(ended_at=self.now())
        )

    def find_revocable(self, token: str, hint: str | None) -> Token | None:
        """Return a stored access or refresh token; None when unknown."""
        del hint  # RFC 7009 section 2.1: a wrong hint must not matter
        stored = self.stored(token)
        query = select(Token).where(
            or_(Token.access_hash == stored, Token.refresh_hash == stored)
        )
        return self.database.session.scalars(query).one_or_none()

    def revocable_by(self, token: Token, app: RegisteredApp) -> bool:
        """An app may revoke its own tokens (RFC 7009 section 2.1)."""
        return token.grant.app_id == app.id

    def revoke(self, token: Token, presented: str) -> None:
        """End the grant of the presented token, access or refresh."""
        del presented
        self.end_grant(token.grant_id)


def _changed(result: Any) -> int:
    """Return how many rows a statement changed."""
    assert isinstance(result, CursorResult)  # noqa: S101 - for the types
    return result.rowcount

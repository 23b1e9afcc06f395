"""The refresh token grant (RFC 6749 section 6), on Authlib's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import (
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    grants,
)

from conformance.reference.oauth.grant_base import GrantBase

if TYPE_CHECKING:
    from conformance.reference.storage.models import Account, Token


class RefreshGrant(GrantBase, grants.RefreshTokenGrant):  # type: ignore[misc]
    """The refresh token grant, with rotation (RFC 6749 section 6)."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def validate_token_request(self) -> None:
        """Validate client, refresh token and scope, in this order."""
        self.request.client = self.authenticate_token_endpoint_client()
        presented = self.request.form.get("refresh_token")
        if presented is None:
            raise InvalidRequestError("Missing 'refresh_token' in request.")
        token = self.authenticate_refresh_token(presented)
        if token is None:
            raise InvalidGrantError
        self.request.refresh_token = token
        requested = self.request.payload.scope
        scope = self.rules.refreshed_scope(token, requested)
        if scope is None:
            raise InvalidScopeError
        self.request.validated_scope = scope

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return a token that is valid for this client, None otherwise."""
        token = self.rules.find_refresh_token(refresh_token)
        app = self.request.client
        if token is None or not self.rules.refresh_token_belongs_to(
            token, app
        ):
            return None
        if self.rules.refresh_token_spent(token):
            self.rules.refresh_token_replayed(token)
            return None
        if self.rules.refresh_token_expired(token):
            return None
        if self.rules.grant_ended(token.grant):
            return None
        return token

    def authenticate_user(self, token: Token) -> Account | None:
        """Return the user who consented, while the user is active."""
        user = token.grant.user
        if not self.rules.user_active(user):
            raise InvalidGrantError
        return user

    def issue_token(self, user: Account, _refresh: Token) -> dict[str, Any]:
        """Return an access token and the next refresh token."""
        token: dict[str, Any] = self.generate_token(
            user=user,
            scope=self.request.validated_scope,
            include_refresh_token=self.INCLUDE_NEW_REFRESH_TOKEN,
        )
        return token

    def save_token(self, token: dict[str, Any]) -> None:
        """Mark the refresh token as used and store the new tokens."""
        old = self.request.refresh_token
        self.rules.hold_grant(old.grant_id)
        if not self.rules.spend_refresh_token(old):
            self.rules.refresh_token_replayed(old)
            raise InvalidGrantError
        self.store_token(token, old.grant_id)

    def revoke_old_credential(self, _token: Token) -> None:
        """Do nothing: :meth:`save_token` has marked it as used."""

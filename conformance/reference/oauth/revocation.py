"""The revocation endpoint (RFC 7009), on Authlib's class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7009 import (
    RevocationEndpoint as AuthlibRevocationEndpoint,
)

if TYPE_CHECKING:
    from conformance.reference.rules import Rules
    from conformance.reference.storage.models import RegisteredApp, Token


class RevocationEndpoint(AuthlibRevocationEndpoint):  # type: ignore[misc]
    """Revokes a token and all others of its authorization grant."""

    CLIENT_AUTH_METHODS = ("client_secret_post",)

    @property
    def rules(self) -> Rules:
        """The rules of the server."""
        rules: Rules = self.server.rules
        return rules

    def authenticate_token(
        self, request: Any, client: RegisteredApp
    ) -> Token | None:
        """Return the token to revoke, None when it is unknown.

        Neither an unknown token nor an unknown hint is an error
        (section 2.2).
        """
        presented = request.form.get("token")
        if presented is None:
            raise InvalidRequestError("Missing 'token' in request.")
        hint = request.form.get("token_type_hint")
        token = self.rules.find_revocable(presented, hint)
        if token and not self.rules.revocable_by(token, client):
            raise InvalidGrantError("The token is another client's.")
        return token

    def revoke_token(self, token: Token, request: Any) -> None:
        """Revoke the token."""
        self.rules.revoke(token, request.form["token"])

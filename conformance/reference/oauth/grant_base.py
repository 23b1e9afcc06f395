"""Base of both grant types: the rules, and storing a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.storage.models import Token

if TYPE_CHECKING:
    from conformance.reference.rules import Rules


class GrantBase:
    """Base of both grant types: the rules, and storing a token."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)

    server: Any
    request: Any

    @property
    def rules(self) -> Rules:
        """The rules of the server."""
        rules: Rules = self.server.rules
        return rules

    def store_token(self, token: dict[str, Any], grant_id: int) -> None:
        """Store a token response's tokens as hashes."""
        rules = self.rules
        refresh = token.get("refresh_token")
        rules.database.session.add(
            Token(
                grant_id=grant_id,
                access_hash=rules.stored(token["access_token"]),
                refresh_hash=rules.stored(refresh) if refresh else None,
                scope=token["scope"],
                issued_at=rules.now(),
                expires_in=token["expires_in"],
            )
        )
        rules.database.session.flush()

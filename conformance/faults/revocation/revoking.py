"""Faults of revoking a token (RFC 7009, POST /api/oauth/revoke)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.errors import UnsupportedTokenTypeError
from flask import request

from conformance.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import Token

    Authenticate = Callable[[Any, Any, Any], Token | None]

PATH = "/api/oauth/revoke"
HINTS = {"access_token", "refresh_token"}


def _is_access(server: ReferenceServer, token: Token, presented: str) -> bool:
    return token.access_hash == server.rules.stored(presented)


def _authenticate(
    server: ReferenceServer, change: Callable[[Any, Any, Authenticate], Any]
) -> None:
    """Replace the token's lookup by ``change(request, client, original)``."""
    endpoint = server.revocation_endpoint
    original = endpoint.authenticate_token

    def authenticate(self: Any, asked: Any, client: Any) -> Any:
        return change(asked, client, lambda *_: original(self, asked, client))

    endpoint.authenticate_token = authenticate


@fault(
    violates=[
        "rfc7009/2/refresh-token-revocable",
        "rfc7009/2.1/dead-at-once",
    ]
)
def refresh_token_outlives_revocation(server: ReferenceServer) -> None:
    """A revoked refresh token still issues tokens."""

    def revoke(token: Token, presented: str) -> None:
        if _is_access(server, token, presented):
            original(token, presented)
        else:
            token.revoked_at = server.rules.now()

    original = server.replace("revoke", revoke)


@fault(
    violates=[
        "rfc7009/2/access-token-revocable",
        "rfc7009/2.1/dead-at-once",
        "fittrackee/api-oauth2/revoke-access-token",
    ]
)
def access_token_outlives_revocation(server: ReferenceServer) -> None:
    """A revoked access token is still accepted by the API."""

    def revoke(token: Token, presented: str) -> None:
        if not _is_access(server, token, presented):
            original(token, presented)

    original = server.replace("revoke", revoke)


@fault(violates="rfc7009/2.1/refresh-ends-access")
def access_token_outlives_refresh_token(server: ReferenceServer) -> None:
    """Revoking a refresh token does not revoke its access token."""

    def revoke(token: Token, presented: str) -> None:
        if _is_access(server, token, presented):
            original(token, presented)
        else:
            token.refreshed_at = server.rules.now()

    original = server.replace("revoke", revoke)


@fault(violates="rfc7009/2.1/spares-other-users")
def revocation_ends_the_app_for_all(server: ReferenceServer) -> None:
    """Revoking one token revokes the tokens of all the app's users."""
    server.replace(
        "revoke",
        lambda token, _presented: server.rules.end_grants_of(token.grant.app),
    )


@fault(violates="rfc7009/2.1/wrong-hint")
def hint_is_believed(server: ReferenceServer) -> None:
    """The token type hint restricts the search for a token."""

    def find(presented: str, hint: str | None) -> Token | None:
        token: Token | None = original(presented, hint)
        if token is None or hint not in HINTS:
            return token
        access = _is_access(server, token, presented)
        return token if access is (hint == "access_token") else None

    original = server.replace("find_revocable", find)


@fault(violates="rfc7009/2.1/right-hint")
def hint_makes_blind(server: ReferenceServer) -> None:
    """With a token type hint, no token is found."""

    def find(presented: str, hint: str | None) -> Token | None:
        token: Token | None = None if hint else original(presented, hint)
        return token

    original = server.replace("find_revocable", find)


@fault(violates="rfc7009/2.2/unknown-hint")
def unknown_hint_is_an_error(server: ReferenceServer) -> None:
    """An unknown token type hint is an error."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        if asked.form.get("token_type_hint", "access_token") not in HINTS:
            raise UnsupportedTokenTypeError
        return original(None, asked, client)

    _authenticate(server, change)


@fault(violates="rfc7009/2.1/client-authentication")
def anybody_revokes(server: ReferenceServer) -> None:
    """The revocation endpoint does not verify the client secret."""

    def matches(app: Any, client_secret: str) -> bool:
        return request.path == PATH or bool(original(app, client_secret))

    original = server.replace("secret_matches", matches)


@fault(
    violates=[
        "rfc7009/2.1/bound-to-client",
        "rfc7009/2.1/foreign-token-refused",
        "fittrackee/api-oauth2/isolation-revoke",
    ]
)
def any_client_revokes(server: ReferenceServer) -> None:
    """A client can revoke the tokens of other clients."""
    server.replace("revocable_by", lambda *_: True)


@fault(violates="rfc7009/2.1/foreign-token-refused")
def foreign_token_is_confirmed(server: ReferenceServer) -> None:
    """Revoking another client's token returns 200 without effect."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        try:
            return original(None, asked, client)
        except InvalidGrantError:
            return None

    _authenticate(server, change)


@fault(violates="rfc7009/2.2/unknown-token")
def unknown_token_is_an_error(server: ReferenceServer) -> None:
    """Revoking an unknown token returns an error."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        token = original(None, asked, client)
        if token is None:
            raise InvalidGrantError
        return token

    _authenticate(server, change)


@fault(violates="rfc7009/2.2/repeated")
def second_revocation_is_an_error(server: ReferenceServer) -> None:
    """Revoking a revoked token returns an error."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        token = original(None, asked, client)
        if token is not None and server.rules.grant_ended(token.grant):
            raise InvalidGrantError
        return token

    _authenticate(server, change)


@fault(violates="rfc7009/2.2.1/missing-token")
def missing_token_is_confirmed(server: ReferenceServer) -> None:
    """A revocation request without a token gets 200."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        try:
            return original(None, asked, client)
        except InvalidRequestError:
            return None

    _authenticate(server, change)

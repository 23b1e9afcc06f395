"""Wrong ways to revoke (RFC 7009, POST /api/oauth/revoke)."""

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
    """Put ``change(request, client, original)`` before the token's lookup."""
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
    """A revoked refresh token still brings new tokens."""

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
    """A revoked access token still opens the API."""

    def revoke(token: Token, presented: str) -> None:
        if not _is_access(server, token, presented):
            original(token, presented)

    original = server.replace("revoke", revoke)


@fault(violates="rfc7009/2.1/refresh-ends-access")
def access_token_outlives_refresh_token(server: ReferenceServer) -> None:
    """Revoking the refresh token leaves the access token alive."""

    def revoke(token: Token, presented: str) -> None:
        if _is_access(server, token, presented):
            original(token, presented)
        else:
            token.refreshed_at = server.rules.now()

    original = server.replace("revoke", revoke)


@fault(violates="rfc7009/2.1/spares-other-users")
def revocation_ends_the_app_for_all(server: ReferenceServer) -> None:
    """Revoking one token ends the tokens of all users of the app."""
    server.replace(
        "revoke",
        lambda token, _presented: server.rules.end_grants_of(token.grant.app),
    )


@fault(violates="rfc7009/2.1/wrong-hint")
def hint_is_believed(server: ReferenceServer) -> None:
    """A token is searched among those of the hinted type only."""

    def find(presented: str, hint: str | None) -> Token | None:
        token: Token | None = original(presented, hint)
        if token is None or hint not in HINTS:
            return token
        access = _is_access(server, token, presented)
        return token if access is (hint == "access_token") else None

    original = server.replace("find_revocable", find)


@fault(violates="rfc7009/2.1/right-hint")
def hint_makes_blind(server: ReferenceServer) -> None:
    """With a hint no token is found at all."""

    def find(presented: str, hint: str | None) -> Token | None:
        found: Token | None = None if hint else original(presented, hint)
        return found

    original = server.replace("find_revocable", find)


@fault(violates="rfc7009/2.2/unknown-hint")
def unknown_hint_is_an_error(server: ReferenceServer) -> None:
    """A hint that is not known is answered with an error."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        if asked.form.get("token_type_hint", "access_token") not in HINTS:
            raise UnsupportedTokenTypeError
        return original(None, asked, client)

    _authenticate(server, change)


@fault(violates="rfc7009/2.1/client-authentication")
def anybody_revokes(server: ReferenceServer) -> None:
    """The client secret is not checked at the revocation endpoint."""

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
    """A client can revoke the tokens of every other client."""
    server.replace("revocable_by", lambda *_: True)


@fault(violates="rfc7009/2.1/foreign-token-refused")
def foreign_token_is_confirmed(server: ReferenceServer) -> None:
    """Another client's token is answered as if it had been revoked."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        try:
            return original(None, asked, client)
        except InvalidGrantError:
            return None

    _authenticate(server, change)


@fault(violates="rfc7009/2.2/unknown-token")
def unknown_token_is_an_error(server: ReferenceServer) -> None:
    """A token that was never issued is answered with an error."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        token = original(None, asked, client)
        if token is None:
            raise InvalidGrantError
        return token

    _authenticate(server, change)


@fault(violates="rfc7009/2.2/repeated")
def second_revocation_is_an_error(server: ReferenceServer) -> None:
    """A token that was revoked already is answered with an error."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        token = original(None, asked, client)
        if token is not None and server.rules.grant_ended(token.grant):
            raise InvalidGrantError
        return token

    _authenticate(server, change)


@fault(violates="rfc7009/2.2.1/missing-token")
def missing_token_is_confirmed(server: ReferenceServer) -> None:
    """A request without a token is answered with 200."""

    def change(asked: Any, client: Any, original: Authenticate) -> Any:
        try:
            return original(None, asked, client)
        except InvalidRequestError:
            return None

    _authenticate(server, change)

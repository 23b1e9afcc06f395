"""Faults of refreshing access tokens (RFC 6749 section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from conformance.faults import fault
from conformance.faults.token_endpoint import (
    case_ignored,
    change_tokens,
    first_half,
    read_query_too,
    recognise,
    rename_error,
)
from conformance.reference.storage.models import Token

if TYPE_CHECKING:
    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import RegisteredApp


@fault(violates="rfc6749/6/refresh-gives-access-token")
def refreshed_access_token_is_dead(server: ReferenceServer) -> None:
    """The access token of a refresh is not accepted by the API."""

    def spoil(body: dict[str, Any]) -> None:
        body["access_token"] = body["access_token"][::-1]

    change_tokens(server, spoil, grant="refresh_token")


@fault(violates="rfc6749/6/refresh-token-bound-to-client")
def refresh_token_good_for_every_app(server: ReferenceServer) -> None:
    """Any app can use any refresh token."""
    server.replace("refresh_token_belongs_to", lambda _token, _app: True)


@fault(violates="rfc6749/6/refresh-token-bound-to-client")
def refresh_token_good_for_strangers(server: ReferenceServer) -> None:
    """Apps of other users, not of the same user, can use a refresh token."""

    def belongs(token: Token, app: RegisteredApp) -> bool:
        other = token.grant.app.user_id != app.user_id
        return other or token.grant.app_id == app.id

    server.replace("refresh_token_belongs_to", belongs)


@fault(violates="rfc6749/6/refresh-token-verified")
def refresh_token_known_by_its_beginning(server: ReferenceServer) -> None:
    """Only the first characters of a refresh token are compared."""
    recognise(server, "new_refresh_token", "find_refresh_token", first_half)


@fault(violates="rfc6749/6/refresh-token-verified")
def refresh_token_known_in_any_case(server: ReferenceServer) -> None:
    """Refresh tokens are compared ignoring case."""
    recognise(server, "new_refresh_token", "find_refresh_token", case_ignored)


@fault(violates="rfc6749/6/refresh-token-verified")
def access_token_refreshes(server: ReferenceServer) -> None:
    """An access token is accepted as a refresh token."""

    def look_up(presented: str) -> Token | None:
        query = select(Token).where(
            Token.access_hash == server.rules.stored(presented)
        )
        session = server.database.session
        token: Token | None = find(presented)
        return token or session.scalars(query).one_or_none()

    find: Any = server.replace("find_refresh_token", look_up)


@fault(violates="rfc6749/6/scope-not-widened")
def refresh_gives_what_the_app_may_ask(server: ReferenceServer) -> None:
    """A refresh can widen the scope to the app's registered scope."""

    def widened(token: Token, scope: str | None) -> str | None:
        allowed = set(token.grant.app.scope.split())
        if scope and set(scope.split()) <= allowed:
            return scope
        narrowed: str | None = refreshed(token, scope)
        return narrowed

    refreshed: Any = server.replace("refreshed_scope", widened)


@fault(violates="rfc6749/6/omitted-scope-is-the-original")
def refresh_without_scope_gives_everything(server: ReferenceServer) -> None:
    """A refresh without a scope returns the app's registered scope."""
    refreshed: Any = server.replace(
        "refreshed_scope",
        lambda token, scope: (
            refreshed(token, scope) if scope else token.grant.app.scope
        ),
    )


@fault(
    violates=[
        "rfc6749/6/refresh-token-keeps-its-scope",
        "rfc6749/6/omitted-scope-is-the-original",
    ]
)
def refresh_narrows_for_good(server: ReferenceServer) -> None:
    """A refresh with a narrower scope narrows later refreshes too."""

    def narrowed(token: Token, scope: str | None) -> str | None:
        if set((scope or "").split()) <= set(token.scope.split()):
            narrow: str | None = refreshed(token, scope or token.scope)
            return narrow
        return None

    refreshed: Any = server.replace("refreshed_scope", narrowed)


@fault(violates="rfc6749/5.2/invalid-scope")
def bad_scope_is_invalid_request(server: ReferenceServer) -> None:
    """A refresh with an invalid scope gets invalid_request."""
    rename_error(server, "invalid_scope", "invalid_request")


@fault(violates="rfc6749/3.3/scope-case-sensitive")
def scope_has_no_case(server: ReferenceServer) -> None:
    """The scope of a refresh is compared ignoring case."""
    refreshed: Any = server.replace(
        "refreshed_scope",
        lambda token, scope: refreshed(token, scope and scope.lower()),
    )


@fault(
    violates=[
        "rfc6749/5.1/scope-when-different",
        "rfc9700/2.3/no-more-scope-than-asked",
    ]
)
def narrow_refresh_is_ignored_silently(server: ReferenceServer) -> None:
    """A narrower scope is ignored and the response has no scope."""
    refreshed: Any = server.replace(
        "refreshed_scope",
        lambda token, scope: (
            refreshed(token, scope) and refreshed(token, None)
        ),
    )
    change_tokens(
        server, lambda body: body.pop("scope"), grant="refresh_token"
    )


@fault(violates="rfc6749/4.1.3/parameters-in-the-body")
def refresh_token_is_read_from_the_uri(server: ReferenceServer) -> None:
    """The refresh token is accepted in the URI of the token request."""
    read_query_too(server, {"refresh_token"})


@fault(violates="rfc9700/4.14.2/idle-refresh-token-expires")
def refresh_tokens_never_end(server: ReferenceServer) -> None:
    """Unused refresh tokens never expire."""
    server.replace("refresh_token_expired", lambda _token: False)

"""Tokens accepted that are none, or in a place where they should not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify, request
from sqlalchemy import literal, select

from conformance.faults import fault
from conformance.reference.storage.models import (
    AuthorizationGrant,
    RegisteredApp,
    Token,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response
    from sqlalchemy import Select

    from conformance.reference import ReferenceServer

PROFILE = "GET /api/auth/profile"
RECORDS = "GET /api/records"
TOKEN = "POST /api/oauth/token"  # noqa: S105 - an endpoint
UNAUTHORIZED = 401
TEN_YEARS = 10 * 365 * 86_400  # seconds


def _header(
    server: ReferenceServer, change: Callable[[str], str | None]
) -> None:
    """Change the Authorization header before it is looked at."""

    def read(asked: Request) -> str | None:
        header: str | None = original(asked)
        return header if header is None else change(header)

    original = server.replace("authorization_header", read)


def _take_for_token(
    server: ReferenceServer, search: Callable[[str], Select[Any]]
) -> None:
    """Take another string than an access token for one."""

    def find(presented: str) -> Token | None:
        found: Token | None = original(presented)
        if found is not None:
            return found
        session = server.database.session
        other: Token | None = session.scalars(search(presented)).first()
        return other

    original = server.replace("find_access_token", find)


@fault(violates="rfc6750/2.1/authorization-header")
def records_take_no_header(server: ReferenceServer) -> None:
    """The list of records ignores the Authorization header."""

    def hook(asked: Request) -> tuple[Response, int] | None:
        if asked.headers.get("Authorization", "").startswith("Bearer "):
            return jsonify(status="error"), UNAUTHORIZED
        return None

    server.before(RECORDS, hook)


@fault(violates="rfc6750/2.1/spaces-after-scheme")
def only_one_space_is_understood(server: ReferenceServer) -> None:
    """Two spaces after the scheme make the header unreadable."""
    _header(server, lambda header: "" if "  " in header else header)


@fault(violates="rfc6750/2.1/other-schemes")
def any_scheme_will_do(server: ReferenceServer) -> None:
    """The name of the scheme does not matter."""
    server.replace("scheme_is_bearer", lambda _scheme: True)


@fault(violates="rfc9110/11.1/scheme-case")
def scheme_is_compared_with_case(server: ReferenceServer) -> None:
    """The scheme has to be written with one capital."""
    server.replace("scheme_is_bearer", lambda scheme: scheme == "Bearer")


@fault(violates="rfc6750/3.1/malformed-request")
def header_is_read_generously(server: ReferenceServer) -> None:
    """The second word of the header counts, whatever stands around it."""

    def change(header: str) -> str:
        words = header.split()
        return f"{words[0]} {words[1].strip(',;')}" if words[1:] else header

    _header(server, change)


@fault(violates="rfc6750/3.1/repeated-header")
def first_of_two_headers_counts(server: ReferenceServer) -> None:
    """Of two Authorization headers, the first is looked at."""
    _header(server, lambda header: header.split(",")[0])


@fault(violates="rfc6750/2.3/token-in-query")
def token_in_the_address_counts(server: ReferenceServer) -> None:
    """An access token in the address opens the API."""

    def read(asked: Request) -> str | None:
        token = asked.args.get("access_token")
        header: str | None = original(asked)
        return f"Bearer {token}" if token and header is None else header

    original = server.replace("authorization_header", read)
    server.replace("token_sent_twice", lambda _request: False)


@fault(violates=["rfc6750/2.3/query-not-stored", "rfc6750/2.3/token-in-query"])
def token_in_the_address_is_cacheable(server: ReferenceServer) -> None:
    """What a token in the address opens may be kept by caches."""
    token_in_the_address_counts(server)

    def hook(response: Response) -> None:
        if "access_token" in request.args:
            response.headers.pop("Cache-Control", None)

    server.after(PROFILE, hook)


@fault(violates="rfc6750/5.2/token-not-modifiable")
def padding_is_ignored(server: ReferenceServer) -> None:
    """Characters behind a token do not matter when they are padding."""
    original = server.replace(
        "find_access_token", lambda token: original(token.rstrip("="))
    )


@fault(violates="rfc6749/7/unknown-token")
def null_is_a_token(server: ReferenceServer) -> None:
    """The word null, which broken clients send, opens the API."""
    _take_for_token(
        server,
        lambda presented: (
            select(Token)
            .where(literal(presented) == "null")
            .order_by(Token.id.desc())
        ),
    )


@fault(violates="rfc6749/7/unknown-token")
def head_needs_no_valid_token(server: ReferenceServer) -> None:
    """Tokens are looked up for every method but HEAD."""
    _take_for_token(
        server,
        lambda _presented: (
            select(Token)
            .where(literal(request.method) == "HEAD")
            .order_by(Token.id.desc())
        ),
    )


@fault(violates="rfc6749/1.5/refresh-token-opens-nothing")
def refresh_token_opens_the_api(server: ReferenceServer) -> None:
    """A refresh token is accepted as an access token."""
    _take_for_token(
        server,
        lambda presented: select(Token).where(
            Token.refresh_hash == server.rules.stored(presented)
        ),
    )


@fault(violates="rfc6749/7/other-secrets")
def client_id_opens_the_api(server: ReferenceServer) -> None:
    """A client identifier is accepted as an access token."""
    _take_for_token(
        server,
        lambda presented: (
            select(Token)
            .join(AuthorizationGrant, Token.grant_id == AuthorizationGrant.id)
            .join(RegisteredApp, AuthorizationGrant.app_id == RegisteredApp.id)
            .where(RegisteredApp.client_id == presented)
        ),
    )


@fault(violates="rfc6749/7/expired-token")
def access_token_never_ends(server: ReferenceServer) -> None:
    """An access token is accepted after its announced end."""
    server.replace("access_token_expired", lambda _token: False)


@fault(violates="rfc6750/5.2/limited-lifetime")
def access_token_lives_for_ten_years(server: ReferenceServer) -> None:
    """Access tokens live for ten years."""
    server.rules.access_token_lifetime = TEN_YEARS


@fault(violates="rfc6750/5.3/no-token-in-cookies")
def token_is_put_into_a_cookie(server: ReferenceServer) -> None:
    """The token response sets the access token as a cookie, too."""

    def hook(response: Response) -> None:
        token = (response.get_json(silent=True) or {}).get("access_token")
        if token:
            response.set_cookie("token", token)

    server.after(TOKEN, hook)


@fault(violates="rfc6749/10.3/tokens-not-shown")
def details_show_the_last_token(server: ReferenceServer) -> None:
    """The details of an app show the access token issued last."""
    issued: list[str] = []

    def keep() -> str:
        issued.append(new())
        return issued[-1]

    def hook(response: Response) -> None:
        body = response.get_json(silent=True) or {}
        response.set_data(jsonify({**body, "last": issued[-1:]}).get_data())

    new = server.replace("new_access_token", keep)
    server.after("GET /api/oauth/apps/<int:client_id>/by_id", hook)

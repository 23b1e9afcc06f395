"""Faults of client authentication (RFC 6749 section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from conformance.faults import fault
from conformance.faults.token_endpoint import (
    TOKEN,
    case_ignored,
    first_half,
    read_query_too,
    rename_error,
)
from conformance.reference.storage.models import RegisteredApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from conformance.reference import ReferenceServer


def _without_secret(server: ReferenceServer, grant: str) -> None:
    """Accept an app without a secret for one grant type."""
    authorization_server = server.authorization_server
    proper = authorization_server._secret_in_body

    def lax(query_client: Any, asked: Any) -> RegisteredApp | None:
        sent = asked.form
        if sent.get("grant_type") == grant and not sent.get("client_secret"):
            app: RegisteredApp | None = query_client(
                sent.get("client_id") or ""
            )
            return app
        return proper(query_client, asked)

    authorization_server.register_client_auth_method("client_secret_post", lax)


@fault(violates="rfc6749/3.2.1/client-authentication-required")
def code_needs_no_secret(server: ReferenceServer) -> None:
    """A code can be exchanged without the client secret."""
    _without_secret(server, "authorization_code")


@fault(violates="rfc6749/6/client-authentication-required")
def refresh_needs_no_secret(server: ReferenceServer) -> None:
    """A refresh token can be used without the client secret."""
    _without_secret(server, "refresh_token")


@fault(
    violates=[
        "rfc6749/4.1.3/client-secret-verified",
        "rfc6749/6/client-secret-verified",
    ]
)
def any_apps_secret_will_do(server: ReferenceServer) -> None:
    """The secret of any registered app authenticates every app."""

    def matches(_app: RegisteredApp, client_secret: str) -> bool:
        stored = server.rules.stored(client_secret)
        query = select(RegisteredApp.id).where(
            RegisteredApp.secret_hash == stored
        )
        return server.database.session.scalar(query) is not None

    server.replace("secret_matches", matches)


def _compare_secrets(
    server: ReferenceServer, same: Callable[[str, str], bool]
) -> None:
    """Compare client secrets by a predicate, on those issued from now on."""
    issued: dict[str, str] = {}
    make: Any = server.replace("new_client_secret", lambda: keep())

    def keep() -> str:
        secret: str = make()
        issued[server.rules.stored(secret)] = secret
        return secret

    def matches(app: RegisteredApp, client_secret: str) -> bool:
        return same(client_secret, issued.get(app.secret_hash, ""))

    server.replace("secret_matches", matches)


@fault(
    violates=[
        "rfc6749/4.1.3/client-secret-verified",
        "rfc6749/6/client-secret-verified",
    ]
)
def secret_compared_by_its_beginning(server: ReferenceServer) -> None:
    """Only the first characters of a client secret are compared."""
    _compare_secrets(server, first_half)


@fault(
    violates=[
        "rfc6749/4.1.3/client-secret-verified",
        "rfc6749/6/client-secret-verified",
    ]
)
def secret_compared_without_case(server: ReferenceServer) -> None:
    """Client secrets are compared ignoring case."""
    _compare_secrets(server, case_ignored)


@fault(
    violates=[
        "rfc6749/4.1.3/client-secret-verified",
        "rfc6749/6/client-secret-verified",
    ]
)
def secret_is_not_compared(server: ReferenceServer) -> None:
    """Any client secret is accepted."""
    server.replace("secret_matches", lambda _app, _secret: True)


@fault(violates="rfc6749/5.2/invalid-client")
def unknown_client_is_invalid_request(server: ReferenceServer) -> None:
    """Failed client authentication gets invalid_request."""
    rename_error(server, "invalid_client", "invalid_request")


def _at_401(
    server: ReferenceServer, change: Callable[[Response], object]
) -> None:
    def hook(response: Response) -> None:
        if response.status_code == 401:
            change(response)

    server.after(TOKEN, hook)


@fault(
    violates=[
        "rfc6749/5.2/unauthorized-names-a-scheme",
        "rfc6749/5.2/basic-refused-with-401",
    ]
)
def unauthorized_names_no_scheme(server: ReferenceServer) -> None:
    """A 401 of the token endpoint has no WWW-Authenticate header."""
    _at_401(
        server, lambda response: response.headers.pop("WWW-Authenticate", None)
    )


@fault(violates="rfc6749/5.2/basic-refused-with-401")
def basic_is_refused_with_400(server: ReferenceServer) -> None:
    """A failed HTTP Basic authentication gets 400, no challenge."""

    def blame(response: Response) -> None:
        if "Authorization" in request.headers:
            response.status_code = 400
            response.headers.pop("WWW-Authenticate", None)

    _at_401(server, blame)


@fault(violates="rfc6749/5.2/basic-refused-with-401")
def basic_is_challenged_with_bearer(server: ReferenceServer) -> None:
    """A failed HTTP Basic authentication gets a Bearer challenge."""

    def mislead(response: Response) -> None:
        response.headers["WWW-Authenticate"] = 'Bearer realm="FitTrackee"'

    _at_401(server, mislead)


@fault(violates="rfc6749/2.3/one-authentication-method")
def header_beside_the_body_is_ignored(server: ReferenceServer) -> None:
    """A Basic header next to credentials in the body is ignored."""
    server.replace("basic_authentication_refused", lambda: False)


@fault(violates="rfc6749/2.3.1/credentials-not-in-uri")
def credentials_are_read_from_the_uri(server: ReferenceServer) -> None:
    """Client credentials are accepted in the token request's URI."""
    read_query_too(server, {"client_id", "client_secret"})


@fault(violates="fittrackee/oauth/client-credentials-in-body")
def refresh_wants_credentials_in_the_header(server: ReferenceServer) -> None:
    """A refresh rejects client credentials in the body."""
    matches: Any = server.replace(
        "secret_matches",
        lambda app, secret: (
            request.form.get("grant_type") != "refresh_token"
            and matches(app, secret)
        ),
    )

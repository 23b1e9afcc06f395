"""Faults of token requests of any grant type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.datastructures import MultiDict

from conformance.faults import fault
from conformance.faults.token_endpoint import (
    TOKEN,
    TOKEN_PATH,
    case_ignored,
    first_half,
    read_query_too,
    recognise,
)
from conformance.reference.api.responses import NO_STORE, json_response

if TYPE_CHECKING:
    from flask import Request, Response

    from conformance.reference import ReferenceServer

KNOWN = {
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
}
MADE_UP = {
    "access_token": "issued-without-anybody's-consent",
    "token_type": "Bearer",
    "expires_in": 864_000,
}


def _also_by(server: ReferenceServer, method: str) -> None:
    """Accept token requests by another method too."""
    for grant in (server.code_grant, server.refresh_grant):
        grant.TOKEN_ENDPOINT_HTTP_METHODS = ["POST", method]
    server.app.add_url_rule(
        TOKEN_PATH,
        f"{method} {TOKEN_PATH}",
        server.authorization_server.token_endpoint_response,
        methods=[method],
    )


@fault(violates="rfc6749/3.2/post-only")
def tokens_by_get(server: ReferenceServer) -> None:
    """The token endpoint accepts GET with parameters in the URI."""
    in_body: Any = server.replace(
        "parameters",
        lambda sent: (
            MultiDict(sent.args.items(multi=True))
            if sent.method == "GET"
            else in_body(sent)
        ),
    )
    _also_by(server, "GET")


@fault(violates="rfc6749/3.2/post-only")
def tokens_by_put(server: ReferenceServer) -> None:
    """The token endpoint accepts PUT."""
    _also_by(server, "PUT")


def _refuse(error: str) -> Response:
    return json_response({"error": error}, 400, NO_STORE)


@fault(violates="rfc6749/3.2/unknown-parameters-ignored")
def unknown_parameters_are_refused(server: ReferenceServer) -> None:
    """Unknown parameters of a token request are rejected."""

    def hook(sent: Request) -> Response | None:
        extra = set(sent.form) - KNOWN
        return _refuse("invalid_request") if extra else None

    server.before(TOKEN, hook)


@fault(violates="rfc6749/3.2/empty-is-omitted")
def empty_parameters_count(server: ReferenceServer) -> None:
    """The token endpoint does not treat empty parameters as omitted."""
    without_omitted: Any = server.replace(
        "without_omitted",
        lambda sent: (
            sent if request.path == TOKEN_PATH else without_omitted(sent)
        ),
    )


@fault(violates="rfc6749/3.2/no-repeated-parameters")
def first_of_repeated_parameters_counts(server: ReferenceServer) -> None:
    """The token endpoint accepts repeated parameters, using the first."""
    repeated: Any = server.replace(
        "repeated",
        lambda sent: [] if request.path == TOKEN_PATH else repeated(sent),
    )


@fault(violates="rfc6749/3.2/no-repeated-parameters")
def equal_parameters_may_be_repeated(server: ReferenceServer) -> None:
    """The token endpoint accepts a parameter repeated unchanged."""

    def differing(sent: MultiDict[str, str]) -> list[str]:
        names: list[str] = repeated(sent)
        if request.path != TOKEN_PATH:
            return names
        return [n for n in names if len(set(sent.getlist(n))) > 1]

    repeated: Any = server.replace("repeated", differing)


@fault(violates="rfc6749/4.1.3/parameters-in-the-body")
def verifier_is_read_from_the_uri(server: ReferenceServer) -> None:
    """The code verifier is accepted in the URI of the token request."""
    read_query_too(server, {"code_verifier"})


@fault(violates="rfc6749/10.3/access-token-unforgeable")
def access_token_known_by_its_beginning(server: ReferenceServer) -> None:
    """Only the first characters of an access token are compared."""
    recognise(server, "new_access_token", "find_access_token", first_half)


@fault(violates="rfc6749/10.3/access-token-unforgeable")
def access_token_known_in_any_case(server: ReferenceServer) -> None:
    """Access tokens are compared ignoring case."""
    recognise(server, "new_access_token", "find_access_token", case_ignored)


def _offer(server: ReferenceServer, grant: str) -> None:
    """Issue tokens by another grant type."""

    def hook(sent: Request) -> Response | None:
        if sent.form.get("grant_type") == grant:
            return json_response(MADE_UP, 200, NO_STORE)
        return None

    server.before(TOKEN, hook)


@fault(violates="rfc9700/2.4/password-grant-refused")
def password_grant_is_offered(server: ReferenceServer) -> None:
    """The password grant issues tokens."""
    _offer(server, "password")


@fault(violates="fittrackee/api-oauth2/token-grant-types")
def client_credentials_grant_is_offered(server: ReferenceServer) -> None:
    """The client credentials grant issues tokens."""
    _offer(server, "client_credentials")


@fault(violates="fittrackee/api-oauth2/token-grant-types")
def device_grant_is_offered(server: ReferenceServer) -> None:
    """The device grant issues tokens for any device code."""
    _offer(server, "urn:ietf:params:oauth:grant-type:device_code")


@fault(violates="fittrackee/api-oauth2/token-form-data")
def form_data_is_not_read(server: ReferenceServer) -> None:
    """The token endpoint rejects multipart/form-data."""

    def hook(sent: Request) -> Response | None:
        multipart = sent.mimetype == "multipart/form-data"
        return _refuse("invalid_request") if multipart else None

    server.before(TOKEN, hook)


@fault(violates="fittrackee/api-oauth2/token-code-verifier-optional")
def verifier_is_always_demanded(server: ReferenceServer) -> None:
    """A code without a challenge requires a verifier."""
    server.replace("verifier_needed", lambda _challenge: True)


@fault(violates="robustness/token-endpoint-survives")
def nul_crashes_the_token_endpoint(server: ReferenceServer) -> None:
    """A NUL in a token request causes a server error."""

    def hook(sent: Request) -> Response | None:
        if any("\0" in value for value in sent.form.values()):
            return json_response({"message": "internal server error"}, 500)
        return None

    server.before(TOKEN, hook)


@fault(violates="robustness/token-endpoint-malformed-issues-nothing")
def values_end_at_nul(server: ReferenceServer) -> None:
    """Characters after a NUL in a token request's parameter are ignored."""

    def cut(sent: Request) -> MultiDict[str, str]:
        given: list[tuple[str, Any]] = parameters(sent).items(multi=True)
        return MultiDict([(k, v.partition("\0")[0]) for k, v in given])

    parameters: Any = server.replace("parameters", cut)


@fault(violates="robustness/token-endpoint-malformed-issues-nothing")
def values_are_trimmed(server: ReferenceServer) -> None:
    """Line breaks around a token request's parameters are ignored."""

    def trim(sent: Request) -> MultiDict[str, str]:
        given: list[tuple[str, Any]] = parameters(sent).items(multi=True)
        return MultiDict([(k, v.strip("\r\n")) for k, v in given])

    parameters: Any = server.replace("parameters", trim)

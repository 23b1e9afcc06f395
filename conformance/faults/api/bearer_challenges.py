"""Faults of the API's error responses (RFC 6750 section 3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import request

from conformance.catalogue.scope_requirements import (
    NO_DOWNGRADE,
    scope_requirements,
)
from conformance.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response

    from conformance.reference import ReferenceServer

CHALLENGE = "WWW-Authenticate"
BEARER = "Bearer"
BAD_TOKEN = 'error="invalid_token"'  # noqa: S105 - a code
BAD_SCOPE = 'error="insufficient_scope"'


def _challenges(server: ReferenceServer, change: Callable[[str], str]) -> None:
    """Change every WWW-Authenticate header; drop it when empty."""

    def hook(response: Response) -> None:
        header = response.headers.get(CHALLENGE, "")
        if header.startswith(BEARER):
            response.headers.pop(CHALLENGE)
            if changed := change(header):
                response.headers[CHALLENGE] = changed

    server.after("*", hook)


def _without_error(header: str) -> str:
    """Return a challenge with its realm only."""
    return header.partition(", error=")[0]


@fault(
    violates=[
        "rfc6750/3/challenge-without-credentials",
        "rfc9110/15.5.2/challenge",
    ]
)
def missing_token_is_not_challenged(server: ReferenceServer) -> None:
    """A 401 for missing credentials has no WWW-Authenticate header."""
    _challenges(server, lambda header: header if "error=" in header else "")


@fault(violates="rfc6750/3/challenge-for-bad-token")
def bad_token_is_not_challenged(server: ReferenceServer) -> None:
    """The response to an invalid token has no WWW-Authenticate header."""
    _challenges(server, lambda header: "" if BAD_TOKEN in header else header)


@fault(violates="rfc6750/3/challenge-for-scope")
def missing_scope_is_not_challenged(server: ReferenceServer) -> None:
    """The response for insufficient scope has no challenge."""
    _challenges(server, lambda header: "" if BAD_SCOPE in header else header)


@fault(violates="rfc6750/3/challenge-parameters")
def challenge_is_the_bare_scheme(server: ReferenceServer) -> None:
    """A challenge has no parameters, not even a realm."""
    _challenges(server, lambda _header: BEARER)


@fault(violates="rfc6750/3/challenge-once")
def realm_is_told_twice(server: ReferenceServer) -> None:
    """A challenge has two realm attributes."""
    _challenges(server, lambda header: f'{header}, realm="again"')


@fault(violates="rfc6750/3/challenge-characters")
def description_has_a_backslash(server: ReferenceServer) -> None:
    """The error_description of a challenge has an invalid character."""
    _challenges(
        server,
        lambda header: f'{_without_error(header)}, error_description="a\\b"',
    )


@fault(violates="rfc6750/3/error-attribute")
def challenge_does_not_say_why(server: ReferenceServer) -> None:
    """The challenge for an invalid token has no error attribute."""
    _challenges(server, _without_error)


@fault(violates="rfc6750/3.1/no-error-without-credentials")
def missing_token_is_called_invalid(server: ReferenceServer) -> None:
    """A request without a token gets the error invalid_token."""
    _challenges(
        server,
        lambda header: (
            header if "error=" in header else f"{header}, {BAD_TOKEN}"
        ),
    )


@fault(violates="rfc6750/3.1/invalid-token-status")
def bad_token_is_forbidden(server: ReferenceServer) -> None:
    """An invalid access token gets 403."""

    def hook(response: Response) -> None:
        if BAD_TOKEN in response.headers.get(CHALLENGE, ""):
            response.status_code = 403

    server.after("*", hook)


@fault(violates="rfc6750/3.1/insufficient-scope-status")
def missing_scope_is_unauthorized(server: ReferenceServer) -> None:
    """A token of insufficient scope gets 401."""

    def hook(response: Response) -> None:
        if BAD_SCOPE in response.headers.get(CHALLENGE, ""):
            response.status_code = 401

    server.after("*", hook)


@fault(violates="rfc6749/7.2/error-parameter")
def error_is_called_reason(server: ReferenceServer) -> None:
    """The error code is in the member reason, not error."""
    _challenges(server, lambda header: header.replace(" error=", " reason="))

    def hook(response: Response) -> None:
        body = response.get_json(silent=True)
        if request.path.startswith("/api/oauth") or not isinstance(body, dict):
            return
        if "error" in body:
            body["reason"] = body.pop("error")
            response.set_data(json.dumps(body))

    server.after("*", hook)


@fault(
    violates=[
        "rfc6750/3.1/bad-token-not-downgraded",
        *(requirement.id for requirement in scope_requirements(NO_DOWNGRADE)),
    ]
)
def bad_token_makes_anonymous(server: ReferenceServer) -> None:
    """Where authentication is optional, an invalid token is ignored."""
    optional = {r.name for r in server.contract.routes if r.optional}

    def read(asked: Request) -> str | None:
        header: str | None = original(asked)
        token = server.rules.find_access_token((header or "").split(" ")[-1])
        valid = token and not server.rules.grant_ended(token.grant)
        return header if valid or asked.endpoint not in optional else None

    original = server.replace("authorization_header", read)

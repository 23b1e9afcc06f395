"""Refusals of the API that are told wrong (RFC 6750 section 3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import request

from conformance.catalogue.scope_requirements import NO_DOWNGRADE, promises
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
    """Change every challenge of the API; an empty one is not sent."""

    def hook(response: Response) -> None:
        header = response.headers.get(CHALLENGE, "")
        if header.startswith(BEARER):
            response.headers.pop(CHALLENGE)
            if changed := change(header):
                response.headers[CHALLENGE] = changed

    server.after("*", hook)


def _without_error(header: str) -> str:
    """Return a challenge with its realm alone."""
    return header.partition(", error=")[0]


@fault(
    violates=[
        "rfc6750/3/challenge-without-credentials",
        "rfc9110/15.5.2/challenge",
    ]
)
def missing_token_is_not_challenged(server: ReferenceServer) -> None:
    """A refusal for want of a token says nothing about how to send one."""
    _challenges(server, lambda header: header if "error=" in header else "")


@fault(violates="rfc6750/3/challenge-for-bad-token")
def bad_token_is_not_challenged(server: ReferenceServer) -> None:
    """The refusal of a bad token carries no challenge."""
    _challenges(server, lambda header: "" if BAD_TOKEN in header else header)


@fault(violates="rfc6750/3/challenge-for-scope")
def missing_scope_is_not_challenged(server: ReferenceServer) -> None:
    """The refusal for want of scope carries no challenge."""
    _challenges(server, lambda header: "" if BAD_SCOPE in header else header)


@fault(violates="rfc6750/3/challenge-parameters")
def challenge_is_the_bare_scheme(server: ReferenceServer) -> None:
    """A challenge is the name of the scheme and nothing else."""
    _challenges(server, lambda _header: BEARER)


@fault(violates="rfc6750/3/challenge-once")
def realm_is_told_twice(server: ReferenceServer) -> None:
    """A challenge has two realms."""
    _challenges(server, lambda header: f'{header}, realm="again"')


@fault(violates="rfc6750/3/challenge-characters")
def description_has_a_backslash(server: ReferenceServer) -> None:
    """A challenge describes the error with a forbidden character."""
    _challenges(
        server,
        lambda header: f'{_without_error(header)}, error_description="a\\b"',
    )


@fault(violates="rfc6750/3/error-attribute")
def challenge_does_not_say_why(server: ReferenceServer) -> None:
    """The challenge for a bad token has no error attribute."""
    _challenges(server, _without_error)


@fault(violates="rfc6750/3.1/no-error-without-credentials")
def missing_token_is_called_invalid(server: ReferenceServer) -> None:
    """Who sends no token is told that it is invalid."""
    _challenges(
        server,
        lambda header: (
            header if "error=" in header else f"{header}, {BAD_TOKEN}"
        ),
    )


@fault(violates="rfc6750/3.1/invalid-token-status")
def bad_token_is_forbidden(server: ReferenceServer) -> None:
    """A bad token is answered with 403."""

    def hook(response: Response) -> None:
        if BAD_TOKEN in response.headers.get(CHALLENGE, ""):
            response.status_code = 403

    server.after("*", hook)


@fault(violates="rfc6750/3.1/insufficient-scope-status")
def missing_scope_is_unauthorized(server: ReferenceServer) -> None:
    """A token of another scope is answered with 401."""

    def hook(response: Response) -> None:
        if BAD_SCOPE in response.headers.get(CHALLENGE, ""):
            response.status_code = 401

    server.after("*", hook)


@fault(violates="rfc6749/7.2/error-parameter")
def error_is_called_reason(server: ReferenceServer) -> None:
    """The code of an error is called reason instead of error."""
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
        *(promise.id for promise in promises(NO_DOWNGRADE)),
    ]
)
def bad_token_makes_anonymous(server: ReferenceServer) -> None:
    """Where no token is needed, a bad one is overlooked."""
    optional = {r.name for r in server.contract.routes if r.optional}

    def read(asked: Request) -> str | None:
        header: str | None = original(asked)
        token = server.rules.find_access_token((header or "").split(" ")[-1])
        good = token and not server.rules.grant_ended(token.grant)
        return header if good or asked.endpoint not in optional else None

    original = server.replace("authorization_header", read)

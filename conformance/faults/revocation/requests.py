"""Revocation requests that are read wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, jsonify

from conformance.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request
    from werkzeug.datastructures import MultiDict

    from conformance.reference import ReferenceServer

REVOKE = "POST /api/oauth/revoke"
PATH = "/api/oauth/revoke"
KNOWN = {"client_id", "client_secret", "token", "token_type_hint"}


def _refuse_when(
    server: ReferenceServer, wrong: Callable[[Request], bool]
) -> None:
    """Refuse revocation requests that are right."""

    def hook(asked: Request) -> tuple[Response, int] | None:
        if wrong(asked):
            return jsonify(error="invalid_request"), 400
        return None

    server.before(REVOKE, hook)


@fault(violates="rfc7009/2.1/form-encoded")
def revocation_wants_json(server: ReferenceServer) -> None:
    """Forms are refused at the revocation endpoint."""
    form = "application/x-www-form-urlencoded"
    _refuse_when(server, lambda asked: asked.mimetype == form)


@fault(violates="fittrackee/api-oauth2/revoke-multipart")
def multipart_revocation_is_refused(server: ReferenceServer) -> None:
    """multipart/form-data is refused at the revocation endpoint."""
    form = "multipart/form-data"
    _refuse_when(server, lambda asked: asked.mimetype == form)


@fault(violates="rfc7009/2.1/unknown-parameters")
def unknown_parameter_stops_revocation(server: ReferenceServer) -> None:
    """A parameter that is not known is an error."""
    _refuse_when(server, lambda asked: bool(set(asked.form) - KNOWN))


@fault(violates="rfc7009/2.1/credentials-in-body-only")
def revocation_reads_the_address(server: ReferenceServer) -> None:
    """Parameters in the address count at the revocation endpoint."""

    def parameters(asked: Request) -> MultiDict[str, str]:
        found: MultiDict[str, str] = original(asked)
        if asked.path == PATH:
            found.update(asked.args)
        return found

    original = server.replace("parameters", parameters)


@fault(violates="robustness/revocation-survives")
def nul_crashes_revocation(server: ReferenceServer) -> None:
    """A NUL in a revocation request makes the server fail."""

    def hook(asked: Request) -> tuple[Response, int] | None:
        if any("\0" in value for value in asked.form.values()):
            return jsonify(status="error"), 500
        return None

    server.before(REVOKE, hook)

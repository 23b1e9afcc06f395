"""Faults of reading revocation requests."""

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
    """Reject some valid revocation requests with invalid_request."""

    def hook(asked: Request) -> tuple[Response, int] | None:
        if wrong(asked):
            return jsonify(error="invalid_request"), 400
        return None

    server.before(REVOKE, hook)


@fault(violates="rfc7009/2.1/form-encoded")
def revocation_wants_json(server: ReferenceServer) -> None:
    """The revocation endpoint rejects form-encoded requests."""
    form = "application/x-www-form-urlencoded"
    _refuse_when(server, lambda asked: asked.mimetype == form)


@fault(violates="fittrackee/api-oauth2/revoke-multipart")
def multipart_revocation_is_refused(server: ReferenceServer) -> None:
    """The revocation endpoint rejects multipart/form-data."""
    form = "multipart/form-data"
    _refuse_when(server, lambda asked: asked.mimetype == form)


@fault(violates="rfc7009/2.1/unknown-parameters")
def unknown_parameter_stops_revocation(server: ReferenceServer) -> None:
    """Unknown parameters of a revocation request are rejected."""
    _refuse_when(server, lambda asked: bool(set(asked.form) - KNOWN))


@fault(violates="rfc7009/2.1/credentials-in-body-only")
def revocation_reads_the_address(server: ReferenceServer) -> None:
    """The revocation endpoint accepts query parameters."""

    def read(asked: Request) -> MultiDict[str, str]:
        parameters: MultiDict[str, str] = original(asked)
        if asked.path == PATH:
            parameters.update(asked.args)
        return parameters

    original = server.replace("parameters", read)


@fault(violates="robustness/revocation-survives")
def nul_crashes_revocation(server: ReferenceServer) -> None:
    """A NUL in a revocation request causes a server error."""

    def hook(asked: Request) -> tuple[Response, int] | None:
        if any("\0" in value for value in asked.form.values()):
            return jsonify(status="error"), 500
        return None

    server.before(REVOKE, hook)

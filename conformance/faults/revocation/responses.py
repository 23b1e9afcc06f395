"""Faults of the response to a revocation request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.faults import fault

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference import ReferenceServer

REVOKE = "POST /api/oauth/revoke"
BAD_REQUEST = 400
NOT_ALLOWED = 405


@fault(violates="rfc7009/2.2/status-200")
def revocation_is_answered_with_204(server: ReferenceServer) -> None:
    """A successful revocation gets 204."""

    def hook(response: Response) -> None:
        if response.status_code < BAD_REQUEST:
            response.status_code = 204
            response.set_data(b"")

    server.after(REVOKE, hook)


@fault(violates="fittrackee/api-oauth2/revoke-answer")
def revocation_answer_says_more(server: ReferenceServer) -> None:
    """A successful revocation returns a message."""

    def hook(response: Response) -> None:
        if response.status_code < BAD_REQUEST:
            response.set_data(json.dumps({"message": "revoked"}))

    server.after(REVOKE, hook)


@fault(
    violates=[
        "fittrackee/api-oauth2/revoke-error-status",
        "rfc7009/2.2.1/invalid-client",
        "rfc7009/2.2.1/missing-token",
    ]
)
def revocation_errors_have_status_422(server: ReferenceServer) -> None:
    """A revocation error has the status 422."""

    def hook(response: Response) -> None:
        if response.status_code >= BAD_REQUEST:
            response.status_code = 422

    server.after(REVOKE, hook)


@fault(violates="rfc7009/2.2.1/invalid-client")
def wrong_credentials_are_an_invalid_request(server: ReferenceServer) -> None:
    """Failed client authentication at revocation gets invalid_request."""

    def hook(response: Response) -> None:
        body = response.get_json(silent=True) or {}
        if body.get("error") == "invalid_client":
            response.set_data(json.dumps({"error": "invalid_request"}))

    server.after(REVOKE, hook)


@fault(violates="rfc7009/2.2.1/error-is-json")
def revocation_errors_are_prose(server: ReferenceServer) -> None:
    """A revocation error is plain text."""

    def hook(response: Response) -> None:
        if response.status_code >= BAD_REQUEST:
            response.set_data("revocation failed")
            response.content_type = "text/plain"

    server.after(REVOKE, hook)


@fault(violates="rfc9110/15.5.6/allow")
def refused_method_names_no_other(server: ReferenceServer) -> None:
    """A 405 response has no Allow header."""

    def hook(response: Response) -> None:
        if response.status_code == NOT_ALLOWED:
            response.headers.pop("Allow", None)

    server.after("*", hook)

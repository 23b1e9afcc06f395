"""The authorization, token and revocation endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.api.views import Views

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

views = Views()


@views.at("POST /api/oauth/authorize")
def authorize(server: Seams, caller: Caller) -> Response:
    """Authorization endpoint: the front end posts the app's parameters.

    Form: ``client_id``, ``response_type``, ``scope``, ``confirm``,
    ``redirect_uri``, ``state``, ``code_challenge``,
    ``code_challenge_method``. 200 ``{"redirect_url": …}``, with a code or
    an error; 400 when the app or its redirection URI is invalid.
    """
    return server.authorization_server.authorization_endpoint_response(
        caller.account
    )


@views.at("POST /api/oauth/token")
def issue_token(server: Seams, _caller: Caller) -> Response:
    """Token endpoint: exchange a code, or refresh a token."""
    return server.authorization_server.token_endpoint_response()


@views.at("POST /api/oauth/revoke")
def revoke_token(server: Seams, _caller: Caller) -> Response:
    """Revocation endpoint: revoke a token."""
    return server.authorization_server.revocation_endpoint_response()

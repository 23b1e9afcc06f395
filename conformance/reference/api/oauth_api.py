"""The three endpoints of OAuth itself."""

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
    """Authorization endpoint: the front end sends what the app asked.

    Form: ``client_id``, ``response_type``, ``scope``, ``confirm``,
    ``redirect_uri``, ``state``, ``code_challenge``,
    ``code_challenge_method``. 200 ``{"redirect_url": …}``, with a code or
    with an error; 400 when app or redirection URI are in doubt.
    """
    return server.authorization_server.authorization_answer(caller.account)


@views.at("POST /api/oauth/token")
def issue_token(server: Seams, _caller: Caller) -> Response:
    """Token endpoint: exchange a code, or refresh a token."""
    return server.authorization_server.token_answer()


@views.at("POST /api/oauth/revoke")
def revoke_token(server: Seams, _caller: Caller) -> Response:
    """Revocation endpoint: end a token."""
    return server.authorization_server.revocation_answer()

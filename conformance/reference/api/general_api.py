"""What anybody may ask an instance: is it there, and what is it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from conformance.reference.api.answers import answer, success
from conformance.reference.api.views import Views
from conformance.reference.shapes import shape

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

views = Views()


@views.at("GET /api/ping")
def ping(_server: Seams, _caller: Caller) -> Response:
    """Tell that the server is up."""
    return success(message="pong!")


@views.at("GET /api/check-db")
def check_database(server: Seams, _caller: Caller) -> Response:
    """Tell that the database is up."""
    server.database.session.connection()
    return success(message="db available")


@views.at("GET /api/config")
def config(server: Seams, _caller: Caller) -> Response:
    """Return the instance's settings, its version among them."""
    return success(data=settings(server))


@views.at("GET /.well-known/oauth-authorization-server")
def metadata(server: Seams, _caller: Caller) -> Response:
    """Announce what the server can (RFC 8414), PKCE among it.

    FitTrackee has no such route; RFC 9700 section 2.6 recommends it.
    """
    issuer = request.url_root.rstrip("/")
    methods = ["client_secret_post"]
    return answer(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/profile/apps/authorize",
            "token_endpoint": f"{issuer}/api/oauth/token",
            "token_endpoint_auth_methods_supported": methods,
            "revocation_endpoint": f"{issuer}/api/oauth/revoke",
            "revocation_endpoint_auth_methods_supported": methods,
            "response_types_supported": ["code"],
            "grant_types_supported": list(server.rules.grant_types),
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": list(server.contract.scopes),
        }
    )


def settings(server: Seams) -> dict[str, Any]:
    """Return what the contract's release shows of its settings."""
    return {
        **shape(server.contract.name, "config"),
        "is_registration_enabled": server.registration,
        "version": server.contract.release,
    }

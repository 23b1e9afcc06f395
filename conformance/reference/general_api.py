"""What anybody may ask an instance: is it there, and what is it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.answers import success
from conformance.reference.shapes import shape
from conformance.reference.views import Views

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.server import ReferenceServer

views = Views()


@views.at("GET /api/ping")
def ping(_server: ReferenceServer, _caller: Caller) -> Response:
    """Tell that the server is up."""
    return success(message="pong!")


@views.at("GET /api/check-db")
def check_database(server: ReferenceServer, _caller: Caller) -> Response:
    """Tell that the database is up."""
    server.database.session.connection()
    return success(message="db available")


@views.at("GET /api/config")
def config(server: ReferenceServer, _caller: Caller) -> Response:
    """Return the instance's settings, its version among them."""
    return success(data=settings(server))


def settings(server: ReferenceServer) -> dict[str, Any]:
    """Return what the contract's release shows of its settings."""
    return {
        **shape(server.contract.name, "config"),
        "is_registration_enabled": server.registration,
        "version": server.contract.release,
    }

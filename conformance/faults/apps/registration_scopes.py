"""Faults of the scopes that an app can register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.faults import fault

if TYPE_CHECKING:
    from conformance.reference import ReferenceServer


def _refuse_scope(server: ReferenceServer, unknown: str) -> None:
    """Reject one documented scope."""
    known = server.replace(
        "registered_scope",
        lambda scope: None if unknown in str(scope).split() else known(scope),
    )


@fault(violates="fittrackee/oauth/scopes-of-0.7")
def no_scope_for_the_configuration(server: ReferenceServer) -> None:
    """The scope application:write cannot be registered."""
    _refuse_scope(server, "application:write")


@fault(violates="fittrackee/oauth/scopes-of-0.8")
def no_scope_for_equipments(server: ReferenceServer) -> None:
    """The scope equipments:write cannot be registered."""
    _refuse_scope(server, "equipments:write")


@fault(violates="fittrackee/oauth/scopes-of-0.9")
def no_scope_for_reports(server: ReferenceServer) -> None:
    """The scope reports:read cannot be registered."""
    _refuse_scope(server, "reports:read")


@fault(violates="fittrackee/oauth/scopes-of-1.0")
def no_scope_for_places(server: ReferenceServer) -> None:
    """The scope geocode:read cannot be registered."""
    _refuse_scope(server, "geocode:read")


@fault(violates="fittrackee/oauth/scopes-of-1.3")
def no_scope_for_media(server: ReferenceServer) -> None:
    """The scope media:write cannot be registered."""
    _refuse_scope(server, "media:write")


@fault(violates="fittrackee/oauth/only-documented-scopes")
def unknown_scope_is_registered(server: ReferenceServer) -> None:
    """An unknown scope can be registered next to a known one."""
    scopes = server.contract.scopes

    def lax(scope: object) -> str | None:
        requested = str(scope).split()
        return " ".join(requested) if set(requested) & set(scopes) else None

    server.replace("registered_scope", lax)


@fault(violates="fittrackee/api-oauth2/registration-invalid-scopes")
def default_for_invalid_scopes(server: ReferenceServer) -> None:
    """A registration with only unknown scopes gets a default scope."""
    scopes = server.contract.scopes

    def lax(scope: object) -> str | None:
        unknown = not set(str(scope).split()) & set(scopes)
        return "profile:read" if unknown else proper(scope)

    proper = server.replace("registered_scope", lax)

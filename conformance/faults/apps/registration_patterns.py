"""Faults that treat a registered redirection URI as a pattern."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from conformance.faults import fault
from conformance.faults.apps.registration_uris import accept

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import RegisteredApp


def _match(
    server: ReferenceServer, matches: Callable[[str, str], object]
) -> None:
    """Match redirection URIs against the registered ones as patterns."""

    def lax(app: RegisteredApp, uri: str) -> bool:
        return registered(app, uri) or any(
            matches(uri, pattern) for pattern in app.redirect_uris
        )

    registered = server.replace("redirect_uri_registered", lax)


@fault(violates="rfc9700/2.1/no-redirect-patterns")
def wildcards_match(server: ReferenceServer) -> None:
    """A wildcard in a redirection URI matches any text."""
    accept(server, lambda uri: "*" in uri)
    _match(server, fnmatchcase)


@fault(violates="rfc9700/2.1/no-redirect-patterns")
def wildcard_for_a_subdomain(server: ReferenceServer) -> None:
    """A wildcard in a redirection URI matches any subdomain."""
    accept(server, lambda uri: uri.startswith("https://*."))
    _match(
        server,
        lambda uri, pattern: (
            "//*." in pattern
            and uri.partition(".")[2] == pattern.partition(".")[2]
        ),
    )


@fault(violates="rfc9700/2.1/no-redirect-patterns")
def registered_uri_is_a_regular_expression(server: ReferenceServer) -> None:
    """Registered redirection URIs are used as regular expressions."""

    def expression(uri: str, pattern: str) -> bool:
        return ".*" in pattern and re.fullmatch(pattern, uri) is not None

    _match(server, expression)

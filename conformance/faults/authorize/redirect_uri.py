"""Faults of comparing redirection URIs (RFC 9700 section 2.1)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urldefrag, urlsplit

from sqlalchemy import select

from conformance.faults import fault
from conformance.reference.storage.models import RegisteredApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer


@fault(
    violates=[
        "rfc9700/2.1/redirect-uri-path",
        "rfc9700/2.1/redirect-uri-query",
        "rfc9700/2.1/redirect-uri-fragment",
        "rfc9700/2.1/redirect-uri-path-confusion",
        "rfc9700/2.1/redirect-uri-control-characters",
    ]
)
def uri_is_compared_by_prefix(server: ReferenceServer) -> None:
    """Redirection URIs are compared by their prefix."""
    _compare(server, lambda asked, known: asked.startswith(known))


@fault(
    violates=[
        "rfc9700/2.1/redirect-uri-host",
        "rfc9700/2.1/redirect-uri-userinfo",
        "rfc9700/2.1/redirect-uri-scheme-and-port",
    ]
)
def origin_is_compared_by_prefix(server: ReferenceServer) -> None:
    """Redirection URIs are compared by the prefix of their origin."""

    def origin(uri: str) -> str:
        parts = urlsplit(uri)
        return f"{parts.scheme}://{parts.netloc}"

    _compare(server, lambda asked, known: asked.startswith(origin(known)))


@fault(violates="rfc9700/2.1/redirect-uri-host")
def host_is_compared_by_suffix(server: ReferenceServer) -> None:
    """The host of a redirection URI is compared by its suffix."""

    def resembles(asked: SplitResult, known: SplitResult) -> bool:
        ending = known.netloc.removeprefix("app.")
        return asked.netloc.endswith(ending) and asked.path == known.path

    _compare_parts(server, resembles)


@fault(violates="rfc9700/2.1/redirect-uri-host")
def uri_is_compared_by_substring(server: ReferenceServer) -> None:
    """Any URI that contains a registered redirection URI is accepted."""
    _compare(server, lambda asked, known: known in asked)


@fault(violates="rfc9700/2.1/redirect-uri-userinfo")
def user_name_is_ignored(server: ReferenceServer) -> None:
    """Redirection URIs are compared without user information."""

    def without_user(uri: str) -> str:
        scheme, slashes, rest = uri.partition("//")
        return scheme + slashes + rest.rpartition("@")[2]

    _compare_as(server, without_user)


@fault(violates="rfc9700/2.1/redirect-uri-scheme-and-port")
def scheme_and_port_are_ignored(server: ReferenceServer) -> None:
    """Redirection URIs are compared without scheme and port."""
    _compare_parts(
        server,
        lambda asked, known: (
            asked.netloc.partition(":")[0] == known.netloc
            and (asked.path, asked.query, asked.fragment)
            == (known.path, known.query, known.fragment)
        ),
    )


@fault(violates="rfc9700/2.1/redirect-uri-path")
def path_is_ignored(server: ReferenceServer) -> None:
    """Redirection URIs are compared without their path."""
    _compare_parts(
        server,
        lambda asked, known: (
            (asked.scheme, asked.netloc, asked.query, asked.fragment)
            == (known.scheme, known.netloc, known.query, known.fragment)
        ),
    )


@fault(violates="rfc9700/2.1/redirect-uri-query")
def query_is_ignored(server: ReferenceServer) -> None:
    """Redirection URIs are compared without their query."""
    _compare_as(server, lambda uri: uri.partition("?")[0])


@fault(violates="rfc9700/2.1/redirect-uri-fragment")
def fragment_is_ignored(server: ReferenceServer) -> None:
    """Redirection URIs are compared without their fragment."""
    _compare_as(server, lambda uri: urldefrag(uri).url)


@fault(violates="rfc9700/2.1/redirect-uri-path-confusion")
def path_is_normalized(server: ReferenceServer) -> None:
    """Redirection URIs are compared after normalizing their paths."""

    def simplified(uri: str) -> str:
        parts = urlsplit(unquote(uri).replace("\\", "/"))
        path = posixpath.normpath(parts.path).replace("//", "/")
        return parts._replace(path=path).geturl()

    _compare_as(server, simplified)


@fault(violates="rfc9700/2.1/redirect-uri-control-characters")
def uri_is_trimmed(server: ReferenceServer) -> None:
    """Spaces around a redirection URI are ignored."""
    _compare_as(server, str.strip)


@fault(violates="rfc6749/3.1.2.3/exact-match")
def host_in_capitals_will_do(server: ReferenceServer) -> None:
    """Scheme and host of redirection URIs are compared ignoring case."""

    def lowered(uri: str) -> str:
        parts = urlsplit(uri)
        return parts._replace(netloc=parts.netloc.lower()).geturl()

    _compare_as(server, lowered)


@fault(violates="rfc6749/3.1.2.3/exact-match")
def default_port_will_do(server: ReferenceServer) -> None:
    """A redirection URI may add the scheme's default port."""
    _compare_as(server, lambda uri: uri.replace(":443/", "/"))


@fault(violates="rfc9700/2.1/uri-of-another-app")
def any_apps_uri_will_do(server: ReferenceServer) -> None:
    """A redirection URI registered by any app is accepted for all apps."""

    def registered(_app: RegisteredApp, asked: str) -> bool:
        apps = server.database.session.scalars(select(RegisteredApp))
        return any(asked in app.redirect_uris for app in apps)

    server.replace("redirect_uri_registered", registered)


def _compare(
    server: ReferenceServer, same: Callable[[str, str], bool]
) -> None:
    """Also accept redirection URIs that are the same by a predicate."""

    def registered(app: RegisteredApp, asked: str) -> bool:
        return any(
            asked == known or same(asked, known) for known in app.redirect_uris
        )

    server.replace("redirect_uri_registered", registered)


def _compare_as(server: ReferenceServer, form: Callable[[str], str]) -> None:
    """Compare redirection URIs after a transformation of both."""
    _compare(server, lambda asked, known: _safe(form, asked) == form(known))


def _compare_parts(
    server: ReferenceServer,
    same: Callable[[SplitResult, SplitResult], bool],
) -> None:
    """Compare redirection URIs by a predicate over their parts."""
    _compare(
        server,
        lambda asked, known: same(urlsplit(asked), urlsplit(known)),
    )


def _safe(form: Callable[[str], str], uri: str) -> str:
    """Return the transformed URI, unchanged when it cannot be parsed."""
    try:
        return form(uri)
    except ValueError:
        return uri

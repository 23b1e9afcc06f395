"""Ways to be wrong about redirection URIs: the classics, one by one."""

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
    """A redirection URI has to begin with a registered one."""
    _compare(server, lambda asked, known: asked.startswith(known))


@fault(
    violates=[
        "rfc9700/2.1/redirect-uri-host",
        "rfc9700/2.1/redirect-uri-userinfo",
        "rfc9700/2.1/redirect-uri-scheme-and-port",
    ]
)
def origin_is_compared_by_prefix(server: ReferenceServer) -> None:
    """A redirection URI has to begin with a registered one's origin."""

    def origin(uri: str) -> str:
        parts = urlsplit(uri)
        return f"{parts.scheme}://{parts.netloc}"

    _compare(server, lambda asked, known: asked.startswith(origin(known)))


@fault(violates="rfc9700/2.1/redirect-uri-host")
def host_is_compared_by_suffix(server: ReferenceServer) -> None:
    """Any host will do whose name ends like the registered one."""

    def resembles(asked: SplitResult, known: SplitResult) -> bool:
        ending = known.netloc.removeprefix("app.")
        return asked.netloc.endswith(ending) and asked.path == known.path

    _compare_parts(server, resembles)


@fault(violates="rfc9700/2.1/redirect-uri-host")
def uri_is_compared_by_substring(server: ReferenceServer) -> None:
    """A redirection URI has to hold a registered one somewhere."""
    _compare(server, lambda asked, known: known in asked)


@fault(violates="rfc9700/2.1/redirect-uri-userinfo")
def user_name_is_ignored(server: ReferenceServer) -> None:
    """What stands before an at sign is not compared."""

    def without_user(uri: str) -> str:
        scheme, slashes, rest = uri.partition("//")
        return scheme + slashes + rest.rpartition("@")[2]

    _compare_as(server, without_user)


@fault(violates="rfc9700/2.1/redirect-uri-scheme-and-port")
def scheme_and_port_are_ignored(server: ReferenceServer) -> None:
    """Only host and path are compared."""
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
    """Any path of the registered host will do."""
    _compare_parts(
        server,
        lambda asked, known: (
            (asked.scheme, asked.netloc, asked.query, asked.fragment)
            == (known.scheme, known.netloc, known.query, known.fragment)
        ),
    )


@fault(violates="rfc9700/2.1/redirect-uri-query")
def query_is_ignored(server: ReferenceServer) -> None:
    """Only what stands before the query is compared."""
    _compare_as(server, lambda uri: uri.partition("?")[0])


@fault(violates="rfc9700/2.1/redirect-uri-fragment")
def fragment_is_ignored(server: ReferenceServer) -> None:
    """Only what stands before the fragment is compared."""
    _compare_as(server, lambda uri: urldefrag(uri).url)


@fault(violates="rfc9700/2.1/redirect-uri-path-confusion")
def path_is_normalized(server: ReferenceServer) -> None:
    """Paths are decoded and simplified before they are compared."""

    def simplified(uri: str) -> str:
        parts = urlsplit(unquote(uri).replace("\\", "/"))
        path = posixpath.normpath(parts.path).replace("//", "/")
        return parts._replace(path=path).geturl()

    _compare_as(server, simplified)


@fault(violates="rfc9700/2.1/redirect-uri-control-characters")
def uri_is_trimmed(server: ReferenceServer) -> None:
    """Spaces around a redirection URI are dropped before it is compared."""
    _compare_as(server, str.strip)


@fault(violates="rfc6749/3.1.2.3/exact-match")
def host_in_capitals_will_do(server: ReferenceServer) -> None:
    """Scheme and host are compared without regard to case."""

    def lowered(uri: str) -> str:
        parts = urlsplit(uri)
        return parts._replace(netloc=parts.netloc.lower()).geturl()

    _compare_as(server, lowered)


@fault(violates="rfc6749/3.1.2.3/exact-match")
def default_port_will_do(server: ReferenceServer) -> None:
    """The port that a scheme has anyway may be named."""
    _compare_as(server, lambda uri: uri.replace(":443/", "/"))


@fault(violates="rfc9700/2.1/uri-of-another-app")
def any_apps_uri_will_do(server: ReferenceServer) -> None:
    """A redirection URI has to be registered, by whichever app."""

    def registered(_app: RegisteredApp, asked: str) -> bool:
        apps = server.database.session.scalars(select(RegisteredApp))
        return any(asked in app.redirect_uris for app in apps)

    server.replace("redirect_uri_registered", registered)


def _compare(
    server: ReferenceServer, same: Callable[[str, str], bool]
) -> None:
    """Compare redirection URIs in another way as well."""

    def registered(app: RegisteredApp, asked: str) -> bool:
        return any(
            asked == known or same(asked, known) for known in app.redirect_uris
        )

    server.replace("redirect_uri_registered", registered)


def _compare_as(server: ReferenceServer, form: Callable[[str], str]) -> None:
    """Compare a form of the URIs in the place of the URIs."""
    _compare(server, lambda asked, known: _safe(form, asked) == form(known))


def _compare_parts(
    server: ReferenceServer,
    same: Callable[[SplitResult, SplitResult], bool],
) -> None:
    """Compare some parts of the URIs."""
    _compare(
        server,
        lambda asked, known: same(urlsplit(asked), urlsplit(known)),
    )


def _safe(form: Callable[[str], str], uri: str) -> str:
    """Return a form of a URI, the URI itself where it has none."""
    try:
        return form(uri)
    except ValueError:
        return uri

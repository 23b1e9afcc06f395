"""Faults that register an invalid redirection URI."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import RegisteredApp

SCRIPT = "javascript:"


def accept(server: ReferenceServer, also: Callable[[str], object]) -> None:
    """Also accept redirection URIs for which a predicate is true."""
    proper = server.replace(
        "redirect_uri_acceptable",
        lambda uri: (isinstance(uri, str) and bool(also(uri))) or proper(uri),
    )


# -- scripts (RFC 6749 section 10.14) -------------------------------------


@fault(
    violates=[
        "rfc6749/10.14/script-redirect-uri",
        "fittrackee/api-oauth2/registration-refused-scheme",
        "fittrackee/api-oauth2/registration-messages",
    ]
)
def script_accepted(server: ReferenceServer) -> None:
    """A javascript: URI can be registered."""
    accept(server, lambda uri: uri.startswith(SCRIPT))


@fault(violates="rfc6749/10.14/script-redirect-uri")
def script_in_capitals_accepted(server: ReferenceServer) -> None:
    """A javascript: URI with capitals can be registered."""
    accept(
        server,
        lambda uri: uri.lower().startswith(SCRIPT) and uri != uri.lower(),
    )


@fault(violates="rfc6749/10.14/script-redirect-uri")
def script_after_a_space_accepted(server: ReferenceServer) -> None:
    """A javascript: URI after a space can be registered."""
    accept(server, lambda uri: uri.startswith(f" {SCRIPT}"))


@fault(violates="rfc6749/10.14/script-redirect-uri")
def script_with_line_break_accepted(server: ReferenceServer) -> None:
    """A javascript: URI with a line break can be registered."""
    accept(
        server,
        lambda uri: uri.replace("\n", "").startswith(SCRIPT) and "\n" in uri,
    )


@fault(violates="rfc6749/10.14/script-redirect-uri")
def script_with_a_host_accepted(server: ReferenceServer) -> None:
    """A javascript: URI with a host can be registered."""
    accept(server, lambda uri: uri.startswith(f"{SCRIPT}//"))


@fault(violates="rfc6749/10.14/script-redirect-uri")
def data_uri_accepted(server: ReferenceServer) -> None:
    """A data: URI can be registered."""
    accept(server, lambda uri: uri.startswith("data:"))


@fault(violates="rfc6749/10.14/script-redirect-uri")
def old_script_scheme_accepted(server: ReferenceServer) -> None:
    """A vbscript: URI can be registered."""
    accept(server, lambda uri: uri.startswith("vbscript:"))


@fault(
    violates=[
        "rfc6749/10.14/script-redirect-uri",
        "fittrackee/api-oauth2/registration-refused-scheme",
    ]
)
def only_the_first_uri_is_checked(server: ReferenceServer) -> None:
    """Only the first redirection URI of a registration is validated."""
    proper = server.replace(
        "redirect_uris_acceptable",
        lambda uris: proper(uris[:1] if isinstance(uris, list) else uris),
    )


# -- RFC 6749 section 3.1.2 -----------------------------------------------


@fault(violates="rfc6749/3.1.2/absolute-redirect-uri")
def relative_uri_accepted(server: ReferenceServer) -> None:
    """A relative redirection URI can be registered."""
    accept(server, lambda uri: ":" not in uri and "*" not in uri)


@fault(violates="rfc6749/3.1.2/absolute-redirect-uri")
def scheme_relative_uri_accepted(server: ReferenceServer) -> None:
    """A scheme-relative redirection URI can be registered."""
    accept(server, lambda uri: uri.startswith("//"))


@fault(violates="rfc6749/3.1.2/redirect-uri-characters")
def backslash_accepted(server: ReferenceServer) -> None:
    """A redirection URI with a backslash can be registered."""
    accept(server, lambda uri: uri.startswith("https:") and "\\" in uri)


@fault(violates="rfc6749/3.1.2/redirect-uri-characters")
def line_break_accepted(server: ReferenceServer) -> None:
    """A redirection URI with a line break can be registered."""
    accept(server, lambda uri: uri.startswith("https:") and "\n" in uri)


@fault(violates="rfc6749/3.1.2/no-fragment")
def fragment_accepted(server: ReferenceServer) -> None:
    """A redirection URI with a fragment can be registered."""
    accept(server, lambda uri: uri.startswith("https:") and "#" in uri)


@fault(violates="rfc6749/3.1.2.2/complete-redirect-uri")
def host_not_needed(server: ReferenceServer) -> None:
    """An https redirection URI without a host can be registered."""
    accept(
        server,
        lambda uri: (
            urlsplit(uri).scheme == "https" and not urlsplit(uri).netloc
        ),
    )


@fault(violates="rfc6749/3.1.2.2/redirect-uri-required")
def app_without_uri_goes_anywhere(server: ReferenceServer) -> None:
    """An app without redirection URIs is redirected to any URI."""
    listed = server.replace(
        "redirect_uris_acceptable", lambda uris: uris == [] or listed(uris)
    )

    def anywhere(app: RegisteredApp, uri: str) -> bool:
        return not app.redirect_uris or bool(registered(app, uri))

    registered = server.replace("redirect_uri_registered", anywhere)


@fault(violates="fittrackee/api-oauth2/registration-several-redirect-uris")
def second_uri_is_useless(server: ReferenceServer) -> None:
    """Only the first of several registered redirection URIs is accepted."""

    def first(app: RegisteredApp, uri: str) -> bool:
        return registered(app, uri) and uri not in app.redirect_uris[1:]

    registered = server.replace("redirect_uri_registered", first)


@fault(violates="robustness/redirect-uri-survives")
def unparsable_uri_crashes(server: ReferenceServer) -> None:
    """A redirection URI that cannot be parsed causes a server error."""

    def parsed(uri: object) -> bool:
        # Reading the port raises ValueError for what cannot be parsed.
        return isinstance(uri, str) and urlsplit(uri).port != -1

    proper = server.replace(
        "redirect_uri_acceptable", lambda uri: parsed(uri) and proper(uri)
    )


# -- RFC 9700, RFC 9110, RFC 8252 -----------------------------------------


@fault(violates="rfc9700/2.6/no-plain-http-redirect")
def plain_http_accepted(server: ReferenceServer) -> None:
    """A plain http redirection URI can be registered for any host."""
    accept(server, lambda uri: uri.startswith("http://") and "*" not in uri)


@fault(violates="rfc9700/2.6/no-plain-http-redirect")
def loopback_by_its_beginning(server: ReferenceServer) -> None:
    """A plain http host that begins like a loopback host is accepted."""
    accept(
        server,
        lambda uri: uri.startswith(("http://localhost", "http://127.")),
    )


@fault(violates="rfc9110/4.2.4/no-userinfo")
def user_information_accepted(server: ReferenceServer) -> None:
    """A redirection URI with user information can be registered."""
    accept(
        server,
        lambda uri: (
            uri.startswith("https://") and "@" in uri and "\\" not in uri
        ),
    )

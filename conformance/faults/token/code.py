"""Faults of exchanging authorization codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conformance.faults import fault
from conformance.faults.token_endpoint import (
    case_ignored,
    first_half,
    read_query_too,
    recognise,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import (
        AuthorizationCode,
        RegisteredApp,
    )

    Compare = Callable[[str, str], bool]


@fault(
    violates=[
        "rfc6749/4.1.2/code-reuse-ends-access-token",
        "rfc6749/4.1.2/code-reuse-ends-refresh-token",
    ]
)
def replayed_code_ends_nothing(server: ReferenceServer) -> None:
    """A replayed code is rejected, but its tokens are not revoked."""
    server.replace("code_replayed", lambda _code: None)


@fault(violates="rfc6749/4.1.2/code-charset")
def code_is_not_ascii(server: ReferenceServer) -> None:
    """A code contains a non-ASCII letter."""
    new_code: Any = server.replace("new_code", lambda: f"{new_code()}é")


@fault(violates="rfc6749/4.1.3/code-bound-to-client")
def code_good_for_every_app(server: ReferenceServer) -> None:
    """Any app can exchange any code."""
    server.replace("code_belongs_to", lambda _code, _app: True)


@fault(violates="rfc6749/4.1.3/code-bound-to-client")
def code_good_for_apps_of_one_developer(server: ReferenceServer) -> None:
    """Apps of the same user can exchange each other's codes."""

    def belongs(code: AuthorizationCode, app: RegisteredApp) -> bool:
        return code.grant.app.user_id == app.user_id

    server.replace("code_belongs_to", belongs)


@fault(violates="rfc6749/4.1.3/code-verified")
def code_known_by_its_beginning(server: ReferenceServer) -> None:
    """Only the first characters of a code are compared."""
    recognise(server, "new_code", "find_code", first_half)


@fault(violates="rfc6749/4.1.3/code-verified")
def code_known_in_any_case(server: ReferenceServer) -> None:
    """Codes are compared ignoring case."""
    recognise(server, "new_code", "find_code", case_ignored)


@fault(violates="rfc6749/4.1.3/redirect-uri-required")
def redirect_uri_may_be_left_out(server: ReferenceServer) -> None:
    """A code requested with redirect_uri is exchanged without it."""
    repeated: Any = server.replace(
        "redirect_uri_repeated",
        lambda code, uri: uri is None or repeated(code, uri),
    )


def _compare_redirect_uris(server: ReferenceServer, same: Compare) -> None:
    def repeated(code: AuthorizationCode, uri: str | None) -> bool:
        if code.redirect_uri is None or uri is None:
            return uri == code.redirect_uri
        return same(uri, code.redirect_uri)

    server.replace("redirect_uri_repeated", repeated)


@fault(violates="rfc6749/4.1.3/redirect-uri-identical")
def redirect_uri_compared_by_host(server: ReferenceServer) -> None:
    """At the exchange, redirection URIs are compared by host only."""
    _compare_redirect_uris(
        server,
        lambda given, known: urlsplit(given).netloc == urlsplit(known).netloc,
    )


@fault(violates="rfc6749/4.1.3/redirect-uri-identical")
def redirect_uri_may_go_on(server: ReferenceServer) -> None:
    """At the exchange, redirection URIs are compared by their prefix."""
    _compare_redirect_uris(server, str.startswith)


@fault(violates="rfc6749/4.1.3/redirect-uri-identical")
def redirect_uri_compared_without_case(server: ReferenceServer) -> None:
    """At the exchange, redirection URIs are compared ignoring case."""
    _compare_redirect_uris(server, case_ignored)


@fault(violates="rfc6749/4.1.3/redirect-uri-identical")
def any_registered_redirect_uri_will_do(server: ReferenceServer) -> None:
    """A code is exchanged with any of the app's redirection URIs."""

    def repeated(code: AuthorizationCode, uri: str | None) -> bool:
        if code.redirect_uri is None:
            return uri is None
        return uri in code.grant.app.redirect_uris

    server.replace("redirect_uri_repeated", repeated)


@fault(violates="rfc6749/10.6/redirect-uri-of-the-code")
def default_redirect_uri_is_forgotten(server: ReferenceServer) -> None:
    """A code sent to the default URI is exchanged with any other."""
    repeated: Any = server.replace(
        "redirect_uri_repeated",
        lambda code, uri: code.redirect_uri is None or repeated(code, uri),
    )


@fault(violates="rfc6749/4.1.4/code-is-exchanged")
def code_needs_a_redirect_uri(server: ReferenceServer) -> None:
    """A code requested without redirect_uri requires one at the exchange."""
    repeated: Any = server.replace(
        "redirect_uri_repeated",
        lambda code, uri: uri is not None and repeated(code, uri),
    )


@fault(violates="rfc6749/4.1.3/parameters-in-the-body")
def code_is_read_from_the_uri(server: ReferenceServer) -> None:
    """The code is accepted in the URI of the token request."""
    read_query_too(server, {"code"})


@fault(violates="rfc6749/3.3/exchange-does-not-widen")
def scope_is_taken_from_the_exchange(server: ReferenceServer) -> None:
    """A scope in the token request replaces the one consented to."""
    keep = server.code_grant.store_token

    def keep_as_asked(self: Any, token: dict[str, Any], grant_id: int) -> None:
        token["scope"] = self.request.payload.scope or token["scope"]
        keep(self, token, grant_id)

    server.code_grant.store_token = keep_as_asked


@fault(violates="rfc6749/4.1.2/code-lifetime")
def codes_live_for_an_hour(server: ReferenceServer) -> None:
    """Codes expire only after an hour."""
    server.replace("code_lifetime", 3600)


@fault(violates=["rfc6749/10.5/code-expires", "rfc6749/4.1.2/code-lifetime"])
def codes_never_end(server: ReferenceServer) -> None:
    """Unused codes never expire."""
    server.replace("code_expired", lambda _code: False)

"""Faults of trusting a reverse proxy's headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from conformance.faults import fault
from conformance.reference.api.responses import json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response
    from werkzeug.datastructures import Headers

    from conformance.reference import ReferenceServer

AUTHORIZE = "POST /api/oauth/authorize"
TOKEN = "POST /api/oauth/token"  # noqa: S105 - an endpoint
REVOKE = "POST /api/oauth/revoke"
PROFILE = "GET /api/auth/profile"
PROTO = "X-Forwarded-Proto"
COOKIE = "access_token_cookie"
PROOF = "X-CSRF-TOKEN"

TLS = [
    "rfc6749/3.1/tls-behind-proxy",
    "rfc6749/3.2/tls-behind-proxy",
    "rfc7009/2/tls-behind-proxy",
]
CLAIMS = "rfc9700/4.13/claims-not-believed"
ANY_SCHEME = "fittrackee/oauth/only-scheme-is-needed"
CLEANLY = "robustness/refused-cleanly-behind-proxy"


# -- the scheme ---------------------------------------------------------


@fault(violates=["fittrackee/oauth/behind-proxy", ANY_SCHEME])
def forwarded_scheme_is_ignored(server: ReferenceServer) -> None:
    """The proxy's X-Forwarded-Proto header is ignored."""

    def without_proxy(url: str) -> bool:
        before: dict[str, str] = request.environ["werkzeug.proxy_fix.orig"]
        scheme = before["wsgi.url_scheme"]
        return bool(secure(f"{scheme}:{url.partition(':')[2]}"))

    secure = server.replace("secure_transport", without_proxy)


@fault(violates=["rfc6749/3.2/tls-behind-proxy", CLAIMS, CLEANLY])
def plain_http_gets_tokens(server: ReferenceServer) -> None:
    """Token requests over plain HTTP are accepted."""
    _believe(server, lambda _headers: request.endpoint == TOKEN)


@fault(violates=["rfc7009/2/tls-behind-proxy", CLEANLY])
def plain_http_revokes(server: ReferenceServer) -> None:
    """Revocation requests over plain HTTP are accepted."""
    _believe(server, lambda _headers: request.endpoint == REVOKE)


@fault(violates=[*TLS, CLAIMS, CLEANLY])
def first_scheme_of_a_list_counts(server: ReferenceServer) -> None:
    """The first forwarded scheme is trusted, which the client controls."""
    _believe(
        server,
        lambda headers: headers.get(PROTO, "").startswith("https,"),
    )


@fault(violates=ANY_SCHEME)
def capitals_are_another_scheme(server: ReferenceServer) -> None:
    """A forwarded scheme in capitals is not recognised."""
    _doubt(server, lambda headers: headers.get(PROTO, "").isupper())


@fault(violates=ANY_SCHEME)
def list_of_schemes_is_unknown(server: ReferenceServer) -> None:
    """A list of forwarded schemes is not recognised."""
    _doubt(
        server,
        lambda headers: headers.get(PROTO, "") == "http, https",
    )


# -- other headers ------------------------------------------------------


@fault(violates=TLS)
def forwarded_is_believed(server: ReferenceServer) -> None:
    """A client's Forwarded header is trusted."""
    _believe(server, lambda h: "proto=https" in h.get("Forwarded", ""))


@fault(violates=TLS)
def forwarded_ssl_is_believed(server: ReferenceServer) -> None:
    """A client's X-Forwarded-Ssl header is trusted."""
    _believe(server, lambda h: h.get("X-Forwarded-Ssl") == "on")


@fault(violates=TLS)
def forwarded_scheme_is_believed(server: ReferenceServer) -> None:
    """A client's X-Forwarded-Scheme header is trusted."""
    _believe(server, lambda h: h.get("X-Forwarded-Scheme") == "https")


@fault(violates=TLS)
def forwarded_host_is_believed(server: ReferenceServer) -> None:
    """An X-Forwarded-Host of localhost makes plain HTTP acceptable."""
    _believe(
        server,
        lambda h: h.get("X-Forwarded-Host", "").startswith("localhost:"),
    )


@fault(violates=ANY_SCHEME)
def foreign_host_is_doubted(server: ReferenceServer) -> None:
    """Under an unknown Host, requests over HTTPS count as plain HTTP."""
    _doubt(server, lambda h: h.get("Host", "").endswith(".example"))


@fault(violates=ANY_SCHEME)
def own_address_is_doubted(server: ReferenceServer) -> None:
    """Under a Host of 127.0.0.1, forwarded HTTPS counts as plain HTTP."""
    _doubt(
        server,
        lambda h: PROTO in h and h.get("Host", "").startswith("127.0.0.1"),
    )


@fault(violates=ANY_SCHEME)
def forwarded_host_has_to_match(server: ReferenceServer) -> None:
    """With a foreign X-Forwarded-Host, HTTPS counts as plain HTTP."""
    _doubt(
        server, lambda h: h.get("X-Forwarded-Host", "").endswith(".example")
    )


@fault(violates=ANY_SCHEME)
def forwarded_port_is_the_scheme(server: ReferenceServer) -> None:
    """With X-Forwarded-Port 80, HTTPS counts as plain HTTP."""
    _doubt(server, lambda h: h.get("X-Forwarded-Port") == "80")


@fault(violates="robustness/settled-behind-proxy")
def forwarded_counts_for_codes_only(server: ReferenceServer) -> None:
    """The authorization endpoint alone trusts a Forwarded header."""
    _believe(
        server,
        lambda h: (
            request.endpoint == AUTHORIZE
            and PROTO not in h
            and "Forwarded" in h
        ),
    )


# -- error responses ----------------------------------------------------


@fault(violates=[CLEANLY, "robustness/settled-behind-proxy"])
def insecure_transport_crashes(server: ReferenceServer) -> None:
    """OAuth requests over plain HTTP cause a server error."""

    def crash(response: Response) -> Response | None:
        code = (response.get_json(silent=True) or {}).get("error")
        return json_response({}, 500) if code == "insecure_transport" else None

    for endpoint in (AUTHORIZE, TOKEN, REVOKE):
        server.after(endpoint, crash)


@fault(violates=CLEANLY)
def refusal_is_not_shown(server: ReferenceServer) -> None:
    """The consent page does not show an error to the user."""
    server.page(
        "authorize",
        lambda html: html.replace('"messages"', '"messages" hidden'),
    )


@fault(violates=CLEANLY)
def absent_token_crashes(server: ReferenceServer) -> None:
    """An API request without credentials causes a server error."""
    _crash(
        server,
        PROFILE,
        lambda sent: (
            not sent.headers.get("Authorization") and not sent.cookies
        ),
    )


@fault(violates=CLEANLY)
def absent_cookies_crash(server: ReferenceServer) -> None:
    """A CSRF header without the session cookie causes a server error."""
    _crash(
        server,
        AUTHORIZE,
        lambda sent: PROOF in sent.headers and COOKIE not in sent.cookies,
    )


@fault(violates=CLEANLY)
def absent_proof_crashes(server: ReferenceServer) -> None:
    """A session cookie without its CSRF header causes a server error."""
    _crash(
        server,
        AUTHORIZE,
        lambda sent: PROOF not in sent.headers and COOKIE in sent.cookies,
    )


# -- helpers ------------------------------------------------------------


def _believe(
    server: ReferenceServer, applies: Callable[[Headers], bool]
) -> None:
    """Treat requests with certain headers as sent over HTTPS."""

    def trusting(url: str) -> bool:
        return applies(request.headers) or bool(secure(url))

    secure: Any = server.replace("secure_transport", trusting)


def _doubt(
    server: ReferenceServer, applies: Callable[[Headers], bool]
) -> None:
    """Treat requests with certain headers as sent over plain HTTP."""

    def distrusting(url: str) -> bool:
        return bool(secure(url)) and not applies(request.headers)

    secure: Any = server.replace("secure_transport", distrusting)


def _crash(
    server: ReferenceServer, endpoint: str, when: Callable[[Request], bool]
) -> None:
    server.before(
        endpoint, lambda sent: json_response({}, 500) if when(sent) else None
    )

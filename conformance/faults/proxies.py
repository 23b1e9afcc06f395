"""Ways to be wrong about what a proxy in front tells."""

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
    """What the proxy says of the scheme is not read."""

    def as_it_came(url: str) -> bool:
        before: dict[str, str] = request.environ["werkzeug.proxy_fix.orig"]
        scheme = before["wsgi.url_scheme"]
        return bool(secure(f"{scheme}:{url.partition(':')[2]}"))

    secure = server.replace("secure_transport", as_it_came)


@fault(violates=["rfc6749/3.2/tls-behind-proxy", CLAIMS, CLEANLY])
def plain_http_gets_tokens(server: ReferenceServer) -> None:
    """A token request over plain HTTP is served."""
    _believe(server, lambda _headers: request.endpoint == TOKEN)


@fault(violates=["rfc7009/2/tls-behind-proxy", CLEANLY])
def plain_http_revokes(server: ReferenceServer) -> None:
    """A revocation request over plain HTTP is served."""
    _believe(server, lambda _headers: request.endpoint == REVOKE)


@fault(violates=[*TLS, CLAIMS, CLEANLY])
def first_scheme_of_a_list_counts(server: ReferenceServer) -> None:
    """Of several schemes the first counts, which the client wrote."""
    _believe(
        server,
        lambda headers: headers.get(PROTO, "").startswith("https,"),
    )


@fault(violates=ANY_SCHEME)
def capitals_are_another_scheme(server: ReferenceServer) -> None:
    """A scheme in capitals is an unknown one."""
    _doubt(server, lambda headers: headers.get(PROTO, "").isupper())


@fault(violates=ANY_SCHEME)
def list_of_schemes_is_unknown(server: ReferenceServer) -> None:
    """A list of schemes is taken for one that nobody knows."""
    _doubt(
        server,
        lambda headers: headers.get(PROTO, "") == "http, https",
    )


# -- other headers ------------------------------------------------------


@fault(violates=TLS)
def forwarded_is_believed(server: ReferenceServer) -> None:
    """A Forwarded header counts, whoever sent it."""
    _believe(server, lambda h: "proto=https" in h.get("Forwarded", ""))


@fault(violates=TLS)
def forwarded_ssl_is_believed(server: ReferenceServer) -> None:
    """An X-Forwarded-Ssl header counts, whoever sent it."""
    _believe(server, lambda h: h.get("X-Forwarded-Ssl") == "on")


@fault(violates=TLS)
def forwarded_scheme_is_believed(server: ReferenceServer) -> None:
    """An X-Forwarded-Scheme header counts, whoever sent it."""
    _believe(server, lambda h: h.get("X-Forwarded-Scheme") == "https")


@fault(violates=TLS)
def forwarded_host_is_believed(server: ReferenceServer) -> None:
    """Whoever claims that the server is a loopback host needs no TLS."""
    _believe(
        server,
        lambda h: h.get("X-Forwarded-Host", "").startswith("localhost:"),
    )


@fault(violates=ANY_SCHEME)
def foreign_host_is_doubted(server: ReferenceServer) -> None:
    """Under a Host that it does not know the server takes nothing."""
    _doubt(server, lambda h: h.get("Host", "").endswith(".example"))


@fault(violates=ANY_SCHEME)
def own_address_is_doubted(server: ReferenceServer) -> None:
    """Behind a proxy that does not pass the Host on nothing works."""
    _doubt(
        server,
        lambda h: PROTO in h and h.get("Host", "").startswith("127.0.0.1"),
    )


@fault(violates=ANY_SCHEME)
def forwarded_host_has_to_match(server: ReferenceServer) -> None:
    """A forwarded host other than the server's is an attack."""
    _doubt(
        server, lambda h: h.get("X-Forwarded-Host", "").endswith(".example")
    )


@fault(violates=ANY_SCHEME)
def forwarded_port_is_the_scheme(server: ReferenceServer) -> None:
    """Port 80 means plain HTTP, whatever the scheme is said to be."""
    _doubt(server, lambda h: h.get("X-Forwarded-Port") == "80")


@fault(violates="robustness/settled-behind-proxy")
def forwarded_counts_for_codes_only(server: ReferenceServer) -> None:
    """Without X-Forwarded-Proto one endpoint reads Forwarded."""
    _believe(
        server,
        lambda h: (
            request.endpoint == AUTHORIZE
            and PROTO not in h
            and "Forwarded" in h
        ),
    )


# -- refusals -----------------------------------------------------------


@fault(violates=[CLEANLY, "robustness/settled-behind-proxy"])
def insecure_transport_crashes(server: ReferenceServer) -> None:
    """The refusal of plain HTTP ends in a crash."""

    def crash(response: Response) -> Response | None:
        code = (response.get_json(silent=True) or {}).get("error")
        return json_response({}, 500) if code == "insecure_transport" else None

    for endpoint in (AUTHORIZE, TOKEN, REVOKE):
        server.after(endpoint, crash)


@fault(violates=CLEANLY)
def refusal_is_not_shown(server: ReferenceServer) -> None:
    """The consent page keeps to itself that a request was refused."""
    server.page(
        "authorize",
        lambda html: html.replace('"messages"', '"messages" hidden'),
    )


@fault(violates=CLEANLY)
def absent_token_crashes(server: ReferenceServer) -> None:
    """A request to the API without any credentials ends in a crash."""
    _crash(
        server,
        PROFILE,
        lambda sent: (
            not sent.headers.get("Authorization") and not sent.cookies
        ),
    )


@fault(violates=CLEANLY)
def absent_cookies_crash(server: ReferenceServer) -> None:
    """A proof without the cookie that it belongs to ends in a crash."""
    _crash(
        server,
        AUTHORIZE,
        lambda sent: PROOF in sent.headers and COOKIE not in sent.cookies,
    )


@fault(violates=CLEANLY)
def absent_proof_crashes(server: ReferenceServer) -> None:
    """A cookie without its proof ends in a crash."""
    _crash(
        server,
        AUTHORIZE,
        lambda sent: PROOF not in sent.headers and COOKIE in sent.cookies,
    )


# -- what they do -------------------------------------------------------


def _believe(server: ReferenceServer, said: Callable[[Headers], bool]) -> None:
    """Take a request for one over HTTPS where something says so."""

    def told(url: str) -> bool:
        return said(request.headers) or bool(secure(url))

    secure: Any = server.replace("secure_transport", told)


def _doubt(server: ReferenceServer, odd: Callable[[Headers], bool]) -> None:
    """Take a request for one over plain HTTP where something is odd."""

    def told(url: str) -> bool:
        return bool(secure(url)) and not odd(request.headers)

    secure: Any = server.replace("secure_transport", told)


def _crash(
    server: ReferenceServer, endpoint: str, when: Callable[[Request], bool]
) -> None:
    server.before(
        endpoint, lambda sent: json_response({}, 500) if when(sent) else None
    )

"""The ways to configure a proxy in front of FitTrackee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sent(StrEnum):
    """How the proxy treats a request header."""

    SET = "set"  # replaces the client's value with its own
    MISSING = "missing"  # removes it
    FIXED = "fixed"  # sets it to a constant
    PASSED = "passed"  # forwards the client's value, if there is one
    APPENDED = "appended"  # appends its own value to the client's


class Plain(StrEnum):
    """How the proxy treats plain HTTP, on a port of its own."""

    CLOSED = "closed"  # does not listen
    REDIRECTED = "redirected"  # redirects every request to HTTPS
    SERVED = "served"  # forwards requests to the app


@dataclass(frozen=True)
class Header:
    """Treatment of one request header.

    Attributes:
        sent: How the proxy treats it.
        value: The constant, if ``sent`` is ``FIXED``.
    """

    sent: Sent
    value: str = ""


SET = Header(Sent.SET)
MISSING = Header(Sent.MISSING)
PASSED = Header(Sent.PASSED)
APPENDED = Header(Sent.APPENDED)


def fixed(value: str) -> Header:
    """Return the treatment that sets a header to a constant."""
    return Header(Sent.FIXED, value)


@dataclass(frozen=True)
class SetUp:
    """Configuration of a proxy; the defaults are the documented one.

    Attributes:
        proto: ``X-Forwarded-Proto``; the proxy's own value is the scheme
            that the client used.
        address: ``X-Forwarded-For``; the proxy's own value is the address
            of its client.
        host: ``Host``. Set, it is the one that the client requested;
            missing, the address at which the proxy reaches the app.
        more: Further request headers with constant values, as pairs.
        stripped: Request headers that are removed.
        cors: ``Access-Control-Allow-Origin`` to add to every response.
        path: Sub-path of the app's URL, such as ``/fittrackee``; the proxy
            removes it from requests.
        body_limit: Maximum size of a request's body in bytes, 0 for the
            proxy's default.
        buffered: Whether responses are buffered.
        plain: Treatment of plain HTTP.
        redirect_status: Status of the redirection from HTTP to HTTPS.
        http2: Whether HTTP/2 is offered.
        tls: Whether HTTPS is served; the inner one of two proxies serves
            plain HTTP only.
    """

    proto: Header = SET
    address: Header = APPENDED
    host: Header = SET
    more: tuple[tuple[str, str], ...] = ()
    stripped: tuple[str, ...] = ()
    cors: str = ""
    path: str = ""
    body_limit: int = 0
    buffered: bool = True
    plain: Plain = Plain.REDIRECTED
    redirect_status: int = 301
    http2: bool = True
    tls: bool = True


#: As in FitTrackee's documentation.
DOCUMENTED = SetUp()

#: The inner one of two proxies, without TLS.
INNER = SetUp(tls=False, plain=Plain.SERVED, http2=False)

"""What can be right or wrong about a proxy in front of FitTrackee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sent(StrEnum):
    """What becomes of a header on its way to the app."""

    SET = "set"  # the proxy's own word takes the client's place
    MISSING = "missing"  # the app gets none
    FIXED = "fixed"  # always the same value
    PASSED = "passed"  # the client's goes through, if there is one
    APPENDED = "appended"  # the proxy's word behind the client's


class Plain(StrEnum):
    """What stands beside HTTPS on a port of its own."""

    CLOSED = "closed"  # nothing listens
    REDIRECTED = "redirected"  # every request is sent to HTTPS
    SERVED = "served"  # the app answers there, too


@dataclass(frozen=True)
class Header:
    """A header that the proxy may write.

    Attributes:
        sent: What becomes of it.
        value: The value of a fixed one.
    """

    sent: Sent
    value: str = ""


SET = Header(Sent.SET)
MISSING = Header(Sent.MISSING)
PASSED = Header(Sent.PASSED)
APPENDED = Header(Sent.APPENDED)


def fixed(value: str) -> Header:
    """Return a header that always has this value."""
    return Header(Sent.FIXED, value)


@dataclass(frozen=True)
class SetUp:
    """How a proxy is configured; without changes, as it should be.

    Attributes:
        proto: ``X-Forwarded-Proto``; the proxy's word is the scheme that
            the client used.
        address: ``X-Forwarded-For``; the proxy's word is the address of
            whoever connected to it.
        host: ``Host``. Set, it is the one that the client asked for;
            missing, the address at which the proxy reaches the app.
        more: Further request headers with fixed values, as pairs.
        stripped: Request headers that never reach the app.
        cors: ``Access-Control-Allow-Origin`` added to every answer.
        path: Sub-path that the app is offered at, such as
            ``/fittrackee``; the app does not see it.
        body_limit: Bytes that a request's body may have, 0 for the
            proxy's own limit.
        buffered: Whether answers are collected before they are sent on.
        plain: What stands beside HTTPS.
        redirect_status: Status of the redirection from HTTP to HTTPS.
        http2: Whether HTTP/2 is offered.
        tls: Whether there is HTTPS at all; the inner one of two proxies
            has none, and is reached by its ``http_url``.
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


#: What FitTrackee's documentation asks for, and no more.
DOCUMENTED = SetUp()

#: The inner one of two proxies: it hears of TLS from the outer one only.
INNER = SetUp(tls=False, plain=Plain.SERVED, http2=False)

"""The deployment matrix: set-ups of proxies with their expected outcomes.

Each row is one way to configure a proxy in front of FitTrackee. Its opposite
is a set-up with which its scenarios have to fail, which proves that they can.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.proxies.row import Expected, MatrixRow
from conformance.proxies.set_up import (
    APPENDED,
    DOCUMENTED,
    INNER,
    MISSING,
    PASSED,
    SET,
    Plain,
    SetUp,
    fixed,
)

NO_SCHEME = SetUp(proto=MISSING)
WITH_HTTP = SetUp(plain=Plain.SERVED)
#: A proxy that forwards what the client claims.
TRUSTS_CLIENT = SetUp(proto=PASSED, plain=Plain.SERVED)
HTTPS = "X-Forwarded-Proto"


def _works(name: str, title: str, set_up: SetUp = DOCUMENTED) -> MatrixRow:
    return MatrixRow(name, title, Expected.WORKS, set_up, opposite=NO_SCHEME)


def _works_undocumented(name: str, title: str, set_up: SetUp) -> MatrixRow:
    return replace(_works(name, title, set_up), only_scheme=True)


def _refused(name: str, title: str, set_up: SetUp) -> MatrixRow:
    return MatrixRow(name, title, Expected.REFUSED, set_up)


def _refused_claim(
    name: str, title: str, header: str, value: str
) -> MatrixRow:
    return MatrixRow(
        name,
        title,
        Expected.REFUSED,
        WITH_HTTP,
        plain=True,
        claims=((header, value),),
        # FitTrackee ignores the claimed header, so forwarding it is no
        # opposite.
        opposite=SetUp(proto=fixed("https"), plain=Plain.SERVED),
    )


def _either(name: str, title: str, header: str, value: str) -> MatrixRow:
    more = ((header, value),)
    return MatrixRow(
        name,
        title,
        Expected.EITHER,
        SetUp(proto=MISSING, more=more),
        # A refusal that no app can parse: the proxy's own.
        opposite=SetUp(body_limit=1),
    )


def _missed(name: str, title: str, header: str) -> MatrixRow:
    return MatrixRow(name, title, Expected.MISSED, SetUp(stripped=(header,)))


def _redirected(status: int) -> MatrixRow:
    return MatrixRow(
        f"redirect-{status}",
        f"Plain HTTP is redirected with {status}",
        Expected.REDIRECTED,
        SetUp(redirect_status=status),
        plain=True,
        opposite=SetUp(proto=fixed("https"), plain=Plain.SERVED),
    )


KEEPS = replace(INNER, proto=PASSED)
OVERWRITES = replace(INNER, proto=SET)

ROWS = (
    _works("documented", "As documented: the scheme of the client"),
    replace(_works("http2", "As documented, over HTTP/2"), http2=True),
    replace(
        _works("two-hops-kept", "Two proxies: the inner one keeps the scheme"),
        inner=KEEPS,
        opposite=DOCUMENTED,
        opposite_inner=OVERWRITES,
    ),
    _works("cors", "The proxy adds CORS headers", SetUp(cors="*")),
    _works("unbuffered", "Nothing is buffered", SetUp(buffered=False)),
    _works("body-limit", "Bodies of at most 8 kB", SetUp(body_limit=8192)),
    _works_undocumented(
        "upper-case", "The scheme is in capitals", SetUp(proto=fixed("HTTPS"))
    ),
    _works_undocumented(
        "list-http-https",
        "A list that ends with https",
        SetUp(proto=fixed("http, https")),
    ),
    _works_undocumented(
        "other-host", "Another Host", SetUp(host=fixed("wrong.example"))
    ),
    _works_undocumented(
        "upstream-host", "The app's own Host", SetUp(host=MISSING)
    ),
    _works_undocumented(
        "other-forwarded-host",
        "Another X-Forwarded-Host",
        SetUp(more=(("X-Forwarded-Host", "wrong.example"),)),
    ),
    _works_undocumented(
        "other-forwarded-port",
        "Another X-Forwarded-Port",
        SetUp(more=(("X-Forwarded-Port", "80"),)),
    ),
    _works_undocumented(
        "sub-path", "Below a sub-path (API)", SetUp(path="/fittrackee")
    ),
    _refused("missing", "X-Forwarded-Proto is missing", NO_SCHEME),
    _refused(
        "always-http",
        "X-Forwarded-Proto is always http",
        SetUp(proto=fixed("http")),
    ),
    _refused(
        "list-https-http",
        "A list that ends with http",
        SetUp(proto=fixed("https,http")),
    ),
    _refused(
        "client-passed",
        "X-Forwarded-Proto is left to the client",
        SetUp(proto=PASSED),
    ),
    replace(
        _refused(
            "two-hops-overwritten",
            "Two proxies: the inner one overwrites it",
            DOCUMENTED,
        ),
        inner=OVERWRITES,
        opposite_inner=KEEPS,
    ),
    replace(
        _refused(
            "two-hops-appended",
            "Two proxies: the inner one appends http",
            DOCUMENTED,
        ),
        inner=replace(INNER, proto=APPENDED),
        opposite_inner=KEEPS,
    ),
    replace(
        _refused("plain-beside", "Plain HTTP beside HTTPS", WITH_HTTP),
        plain=True,
        opposite=SetUp(proto=fixed("https"), plain=Plain.SERVED),
    ),
    replace(
        _refused_claim(
            "claim-replaced",
            "Plain HTTP beside: a client's claim replaced",
            HTTPS,
            "https",
        ),
        opposite=TRUSTS_CLIENT,
    ),
    replace(
        _refused_claim(
            "claim-appended",
            "Plain HTTP beside: a client's claim appended to",
            HTTPS,
            "https",
        ),
        set_up=replace(WITH_HTTP, proto=APPENDED),
        opposite=TRUSTS_CLIENT,
    ),
    _refused_claim(
        "claim-forwarded",
        "Plain HTTP beside: Forwarded claimed",
        "Forwarded",
        "proto=https",
    ),
    _refused_claim(
        "claim-ssl",
        "Plain HTTP beside: X-Forwarded-Ssl claimed",
        "X-Forwarded-Ssl",
        "on",
    ),
    _refused_claim(
        "claim-scheme",
        "Plain HTTP beside: X-Forwarded-Scheme claimed",
        "X-Forwarded-Scheme",
        "https",
    ),
    _refused_claim(
        "claim-host",
        "Plain HTTP beside: X-Forwarded-Host claimed",
        "X-Forwarded-Host",
        "localhost:5000",
    ),
    *(_redirected(status) for status in (301, 302, 307, 308)),
    _either("forwarded", "Forwarded only", "Forwarded", "proto=https"),
    _either("ssl", "X-Forwarded-Ssl only", "X-Forwarded-Ssl", "on"),
    _either(
        "scheme", "X-Forwarded-Scheme only", "X-Forwarded-Scheme", "https"
    ),
    _missed("no-authorization", "Authorization is stripped", "Authorization"),
    _missed("no-cookies", "Cookies are stripped", "Cookie"),
    _missed("no-csrf", "X-CSRF-Token is stripped", "X-CSRF-Token"),
)

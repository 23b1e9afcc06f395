"""One way to put a proxy in front of FitTrackee, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conformance.proxies.set_up import DOCUMENTED, SetUp


class Expected(StrEnum):
    """What has to come of a set-up."""

    WORKS = "works"
    REFUSED = "refused"  # OAuth is refused, cleanly
    REDIRECTED = "redirected"  # nothing but HTTPS answers
    EITHER = "either"  # works, or is refused cleanly
    MISSED = "missed"  # what the proxy takes out is missed, cleanly


@dataclass(frozen=True)
class MatrixRow:
    """One set-up.

    Attributes:
        name: Its id; public and stable, as scenario ids hold it.
        title: What it is, in words for the report.
        expected: What has to come of it.
        set_up: How the proxy is configured; the outer one of two.
        inner: The second proxy, between the first and the app.
        plain: The client speaks plain HTTP, past the certificate.
        http2: The client speaks HTTP/2.
        claims: Headers by which the client claims something untrue.
        only_scheme: It differs from the documented set-up by something
            that FitTrackee's documentation does not ask for.
        opposite: The set-up that makes its scenarios fail.
        opposite_inner: The same of the second proxy.
    """

    name: str
    title: str
    expected: Expected
    set_up: SetUp = DOCUMENTED
    inner: SetUp | None = None
    plain: bool = False
    http2: bool = False
    claims: tuple[tuple[str, str], ...] = ()
    only_scheme: bool = False
    opposite: SetUp = DOCUMENTED
    opposite_inner: SetUp | None = None

    def __str__(self) -> str:
        """Return its id, for the ids of scenarios."""
        return self.name

"""A row of the deployment matrix: a set-up and its expected outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conformance.proxies.set_up import DOCUMENTED, SetUp


class Expected(StrEnum):
    """Expected outcome of a set-up."""

    WORKS = "works"
    REFUSED = "refused"  # OAuth is refused with an error that apps can parse
    REDIRECTED = "redirected"  # plain HTTP gets redirections to HTTPS only
    EITHER = "either"  # WORKS or REFUSED
    MISSED = "missed"  # requests that need a stripped header are REFUSED


@dataclass(frozen=True)
class MatrixRow:
    """One set-up with its expected outcome.

    Attributes:
        name: Its id; public and stable, as it is part of scenario ids.
        title: Its title in the report.
        expected: Its expected outcome.
        set_up: Configuration of the proxy, the outer one of two.
        inner: Configuration of a second proxy, between the first and the
            app.
        plain: Whether the client uses plain HTTP.
        http2: Whether the client uses HTTP/2.
        claims: Headers with false claims that the client sends.
        only_scheme: Whether it differs from the documented set-up in
            something that FitTrackee's documentation leaves open.
        opposite: A set-up that makes its scenarios fail.
        opposite_inner: The same for the second proxy.
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

"""The verdict ladder: what a scenario and a requirement can come to."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.catalogue.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """One rung of the ladder; the order of definition is worst first."""

    FAIL = "fail"
    WARN = "warn"
    ERROR = "error"
    BLOCKED = "blocked"
    KNOWN = "known"
    UNSUPPORTED = "unsupported"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    UNTESTED = "untested"

    @property
    def rank(self) -> int:
        """The place on the ladder, 0 for the worst."""
        return list(Verdict).index(self)


class RunVerdict(StrEnum):
    """What a whole run says about its target."""

    CONFORMS = "conforms"
    PARTIAL = "partial"
    VIOLATIONS = "violations"
    NOT_JUDGED = "not judged"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; ``untested`` when there is none."""
    return min(verdicts, key=lambda v: v.rank, default=Verdict.UNTESTED)


def violation(level: Level) -> Verdict:
    """Return what breaking a requirement of that level comes to.

    A MAY is never violated: scenarios record it as an observation on a
    pass, so a failing one is a defect of the harness.
    """
    return {
        Level.MUST: Verdict.FAIL,
        Level.SHOULD: Verdict.WARN,
        Level.MAY: Verdict.ERROR,
    }[level]

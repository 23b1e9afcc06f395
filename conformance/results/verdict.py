"""The verdicts of scenarios, requirements and runs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.catalogue.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """A verdict; the order of definition is worst first."""

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
        """The position in the order of verdicts, 0 for the worst."""
        return list(Verdict).index(self)


class RunVerdict(StrEnum):
    """The verdict of a run on its target."""

    CONFORMS = "conforms"
    PARTIAL = "partial"
    VIOLATIONS = "violations"
    NOT_JUDGED = "not judged"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst verdict, ``untested`` if there are none."""
    return min(verdicts, key=lambda v: v.rank, default=Verdict.UNTESTED)


def violation(level: Level) -> Verdict:
    """Return the verdict for the violation of a requirement of a level.

    A MAY cannot be violated: its scenarios record an observation and pass,
    so a failing one is an error of the harness.
    """
    return {
        Level.MUST: Verdict.FAIL,
        Level.SHOULD: Verdict.WARN,
        Level.MAY: Verdict.ERROR,
    }[level]

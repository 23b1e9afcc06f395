"""From what a scenario raised to its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue import catalogue
from conformance.catalogue.levels import Level
from conformance.errors import Blocked, Unsupported
from conformance.evidence.traces import described
from conformance.results.verdict import Verdict, violation
from conformance.verdicts import known as known_list

if TYPE_CHECKING:
    from conformance.verdicts.known import Known

CALL = "call"


@dataclass(frozen=True)
class Judgement:
    """A verdict with the words that explain it."""

    verdict: Verdict
    message: str = ""

    def worse(self, other: Judgement) -> Judgement:
        """Return whichever stands higher on the ladder."""
        return self if self.verdict.rank <= other.verdict.rank else other


PASSED = Judgement(Verdict.PASS)


def judge(
    phase: str,
    error: BaseException | None,
    scenario: str,
    requirements: tuple[str, ...],
    accepted: list[Known],
    on_purpose: frozenset[str] = frozenset(),
) -> Judgement:
    """Judge one phase of a scenario.

    Args:
        phase: ``setup``, ``call`` or ``teardown``.
        error: What it raised, None for nothing.
        scenario: The scenario's id.
        requirements: Ids it verifies, all of one level.
        accepted: Entries of the user's list that cover the target.
        on_purpose: Ids that a fault breaks: no documented deviation
            excuses them, for the unbroken reference may well conform.
    """
    if error is None:
        return PASSED
    if isinstance(error, Unsupported):
        return Judgement(Verdict.UNSUPPORTED, str(error))
    if isinstance(error, Blocked):
        return Judgement(
            Verdict.BLOCKED, f"precondition failed: {error.with_exchange}"
        )
    broken = violation_in(error)
    if phase == CALL and broken is not None:
        excusable = not on_purpose & set(requirements)
        documented = _documented(requirements) if excusable else ""
        return _violation(
            str(broken), documented, scenario, requirements, accepted
        )
    return Judgement(Verdict.ERROR, f"{phase}: {described(error)}")


def violation_in(error: BaseException) -> AssertionError | None:
    """Return what a scenario asserted in vain, None for anything else.

    hypothesis wraps what fails at one time and not at another in a group:
    a server that breaks a clause now and then breaks it.
    """
    if isinstance(error, AssertionError):
        return error
    if isinstance(error, BaseExceptionGroup):
        found = (violation_in(inner) for inner in error.exceptions)
        return next(filter(None, found), None)
    return None


def _documented(requirements: tuple[str, ...]) -> str:
    """Say where all the requirements are departed from on purpose."""
    deviations = [catalogue()[r].deviation for r in requirements]
    if not all(deviations):
        return ""
    return "; ".join(f"{d.where}: {d.says}" for d in deviations if d)


def _violation(
    message: str,
    documented: str,
    scenario: str,
    requirements: tuple[str, ...],
    accepted: list[Known],
) -> Judgement:
    if documented:
        return Judgement(
            Verdict.KNOWN, f"{message}\ndocumented deviation: {documented}"
        )
    excuse = known_list.excuse(accepted, scenario, requirements)
    if excuse:
        return Judgement(
            Verdict.KNOWN, f"{message}\naccepted deviation: {excuse.reason}"
        )
    levels = [catalogue()[r].level for r in requirements]
    level = levels[0] if levels else Level.MUST
    return Judgement(violation(level), message)

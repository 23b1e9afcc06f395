"""Turns a scenario's exception into a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue import catalogue
from conformance.catalogue.levels import Level
from conformance.errors import Blocked, Unsupported
from conformance.evidence.traces import described
from conformance.results.verdict import Verdict, violation
from conformance.scenario_files import scenario_case
from conformance.verdicts import known as known_list

if TYPE_CHECKING:
    from conformance.verdicts.known import Known

CALL = "call"
CASE = "case: "  # begins the line that names the parameters


@dataclass(frozen=True)
class Judgement:
    """A verdict and the message that explains it."""

    verdict: Verdict
    message: str = ""

    def worse(self, other: Judgement) -> Judgement:
        """Return the judgement with the worse verdict, itself if equal."""
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
    """Return the judgement of one phase of a scenario.

    Args:
        phase: ``setup``, ``call`` or ``teardown``.
        error: The exception that it raised, None without one.
        scenario: The scenario's id.
        requirements: Ids of the requirements it verifies, all of one level.
        accepted: Accepted deviations that cover the target.
        on_purpose: Ids of the requirements that a fault violates: a
            documented deviation does not excuse them.
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
        case = scenario_case(scenario)
        message = f"{broken}\n{CASE}{case}" if case else str(broken)
        return _violation(
            message, documented, scenario, requirements, accepted
        )
    return Judgement(Verdict.ERROR, f"{phase}: {described(error)}")


def violation_in(error: BaseException) -> AssertionError | None:
    """Return the AssertionError in an exception (or group), or None.

    Hypothesis raises a group if an example fails only sometimes. That is a
    violation too: a server must always meet a clause.
    """
    if isinstance(error, AssertionError):
        return error
    if isinstance(error, BaseExceptionGroup):
        found = (violation_in(inner) for inner in error.exceptions)
        return next(filter(None, found), None)
    return None


def _documented(requirements: tuple[str, ...]) -> str:
    """Return the documented deviations, ``""`` unless each has one."""
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

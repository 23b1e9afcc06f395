"""The state of a running scenario: its evidence and its verdict so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from conformance.errors import Blocked
from conformance.evidence import RECORDER, Evidence
from conformance.evidence.octets import printable
from conformance.evidence.redact import Redactor
from conformance.evidence.traces import traceback_of
from conformance.instance.preconditions import unanswered
from conformance.results.verdict import Verdict
from conformance.routes import PING
from conformance.verdicts.judge import PASSED, Judgement, judge

if TYPE_CHECKING:
    import pytest

    from conformance.instance import Instance
    from conformance.run.context import Context

PING_TIMEOUT = 10.0  # seconds
NOT_CALLED = Judgement(Verdict.ERROR, "pytest did not call the scenario")
UNANSWERED = (  # block a scenario if the server still responds to others
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.TimeoutException,
)
SKIPPED = {Verdict.KNOWN, Verdict.UNSUPPORTED}


class InstanceLost(Exception):  # noqa: N818 - a fact, not this code's error
    """The instance stopped responding earlier in the run."""


@dataclass
class ScenarioState:
    """The state of one scenario between its phases.

    Attributes:
        id: The scenario's id.
        title: The first line of its docstring.
        requirements: Ids of the requirements that it verifies.
        context: The run's data.
        evidence: Its exchanges, expectations and observations.
        judgement: The worst verdict of its phases so far.
        duration: Seconds.
        traceback: Of an exception in the harness itself, redacted.
        called: Whether pytest has run its call phase.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    context: Context
    evidence: Evidence
    judgement: Judgement = PASSED
    duration: float = 0.0
    traceback: str = ""
    called: bool = field(default=False)

    @classmethod
    def begin(
        cls,
        scenario: str,
        title: str,
        requirements: tuple[str, ...],
        context: Context,
    ) -> ScenarioState:
        """Return the state of a new scenario, with empty evidence."""
        evidence = fresh_evidence(context.instance)
        return cls(scenario, title, requirements, context, evidence)

    def refuse_if_lost(self) -> None:
        """Raise InstanceLost if the instance stopped responding before."""
        if self.context.lost:
            raise InstanceLost("the instance no longer responds")

    def take(
        self,
        report: pytest.TestReport,
        excinfo: pytest.ExceptionInfo[BaseException] | None,
    ) -> None:
        """Judge one phase and put its verdict into pytest's report."""
        error = excinfo.value if excinfo else None
        self._notice_loss(error)
        if isinstance(error, UNANSWERED) and not self.context.lost:
            error = unanswered(error)
        if isinstance(error, Blocked):
            self.evidence.blocked(error)
        phase = report.when or "call"
        judgement = judge(
            phase,
            error,
            self.id,
            self.requirements,
            self.context.accepted,
            self.context.broken_on_purpose,
        )
        judgement = Judgement(
            judgement.verdict,
            self.evidence.redactor.redact(judgement.message),
        )
        self.called = self.called or phase == "call"
        # A set-up that failed already explains why there was no call.
        passed = self.judgement.verdict is Verdict.PASS
        if phase == "teardown" and passed and not self.called:
            judgement = judgement.worse(NOT_CALLED)
        lost = self.context.lost
        if judgement.verdict is Verdict.ERROR and error and not lost:
            self.traceback = self.evidence.redactor.redact(traceback_of(error))
        self._rewrite(report, judgement)
        self.judgement = self.judgement.worse(judgement)
        self.duration += report.duration
        if phase == "teardown":
            self._conclude(report)

    def _notice_loss(self, error: BaseException | None) -> None:
        if isinstance(error, httpx.TransportError) and not self.context.lost:
            self.context.lost = not _responds(self.context.instance)

    def _rewrite(self, report: pytest.TestReport, now: Judgement) -> None:
        redact = self.evidence.redactor.redact
        report.sections = [
            (name, printable(redact(text))) for name, text in report.sections
        ]
        if now.verdict is Verdict.PASS:
            return
        where = f"{report.location[0]}:{(report.location[1] or 0) + 1}"
        message = printable(now.message)
        text = f"{now.verdict}: {self.title}\n{message}\n{where}"
        if now.verdict is Verdict.WARN:
            report.outcome, report.longrepr = "passed", None
        elif now.verdict in SKIPPED:
            path, line = report.location[0], report.location[1] or 0
            report.outcome = "skipped"
            report.longrepr = (path, line, message)
        else:
            report.outcome = "failed"
            if self.traceback and report.longrepr:
                # Not pytest's own: it truncates values, and a truncated
                # secret is not redacted.
                text += f"\n\n{printable(self.traceback)}"
            report.longrepr = text
        if now.verdict in {Verdict.ERROR, Verdict.BLOCKED}:
            # JUnit calls a failure outside the call phase an error.
            report.when = "teardown" if report.when == "teardown" else "setup"

    def _conclude(self, report: pytest.TestReport) -> None:
        report.instance_lost = self.context.lost  # type: ignore[attr-defined]
        report.user_properties = [
            ("verdict", str(self.judgement.verdict)),
            *(("requirement", r) for r in self.requirements),
        ]
        report.conformance = {  # type: ignore[attr-defined]
            "id": self.id,
            "title": self.title,
            "verdict": str(self.judgement.verdict),
            "message": self.evidence.redactor.redact(self.judgement.message),
            "requirements": list(self.requirements),
            "duration": round(self.duration, 4),
            **self._traced(),
            **self.evidence.to_plain(),
        }

    def _traced(self) -> dict[str, str]:
        redacted = self.evidence.redactor.redact(self.traceback)
        return {"traceback": redacted} if redacted else {}


def fresh_evidence(instance: Instance) -> Evidence:
    """Return empty evidence that redacts the passwords of all users."""
    evidence = RECORDER.fresh()
    for user in (instance.owner, instance.stranger, instance.admin):
        if user:
            evidence.redactor.learn(user.password, "password")
            evidence.redactor.personal.learn(user.email, "email")
            evidence.redactor.personal.learn(user.name, "username")
    return evidence


def crashed(nodeid: str, why: str) -> dict[str, object]:
    """Return the result of a scenario whose worker process died."""
    return {
        "id": nodeid.removeprefix("scenarios/"),
        "title": "the worker process died",
        "verdict": str(Verdict.ERROR),
        "message": why,
        "requirements": [],
        "duration": 0.0,
        **Evidence(Redactor(RECORDER.secrets)).to_plain(),
    }


def _responds(instance: Instance) -> bool:
    transport = instance.reach.transport()
    with httpx.Client(transport=transport, timeout=PING_TIMEOUT) as client:
        try:
            client.get(f"{instance.url}{PING}")
        except httpx.HTTPError:
            return False
    return True

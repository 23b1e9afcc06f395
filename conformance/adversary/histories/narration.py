"""The steps of a history as sentences and as a script; its violation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import expect
from conformance.adversary.histories.script import script
from conformance.expect import Violation

if TYPE_CHECKING:
    import httpx

    from conformance.adversary.histories.state import Invariant, Operation
    from conformance.evidence import Evidence, Mark, SavedEvidence


@dataclass
class Step:
    """One operation of a user or an app.

    Attributes:
        sentence: The actor and the operation, without a full stop.
        commands: The shell commands that repeat it.
        outcome: The status of the response, and what was issued.
    """

    sentence: str
    commands: str
    outcome: str = ""

    def __str__(self) -> str:
        """Return the sentence with its outcome."""
        return f"{self.sentence}: {self.outcome}."


@dataclass(frozen=True)
class HistoryFinding:
    """A history that violated an invariant, for the report.

    Attributes:
        text: Its numbered steps.
        script: Shell commands that repeat it.
        mark: Its beginning in the evidence.
        saved: Its evidence.
    """

    text: str
    script: str
    mark: Mark
    saved: SavedEvidence

    def restore(self, evidence: Evidence) -> str:
        """Restore the history's exchanges and script; return its text."""
        evidence.restore(self.mark, self.saved)
        evidence.script = self.script
        return self.text


class HistoryViolation(Violation):
    """A history violated an invariant."""

    def __init__(self, message: str, finding: HistoryFinding) -> None:
        """Set the message and the finding."""
        super().__init__(message)
        self.finding = finding
        self.operations: list[Operation] = []


@dataclass
class Narration:
    """Records the steps of a history.

    Attributes:
        evidence: The evidence that holds its exchanges.
        mark: Its beginning in the evidence.
        steps: The steps so far.
        second_user: Whether the second user took part, whose credentials
            the script then needs.
    """

    evidence: Evidence
    mark: Mark
    steps: list[Step] = field(default_factory=list)
    second_user: bool = False

    def begin_step(self, sentence: str, commands: str) -> Step:
        """Add a step without outcome; return it."""
        self.steps.append(Step(sentence, commands))
        return self.steps[-1]

    def demand(
        self,
        met: object,
        invariant: Invariant,
        fact: str,
        response: httpx.Response,
        *,
        violated: str,
    ) -> None:
        """Demand that an invariant holds after the last step.

        Args:
            met: Whether it holds.
            invariant: The invariant.
            fact: The actual outcome, in words.
            response: The server's response.
            violated: The shell condition that it does not hold.

        Raises:
            HistoryViolation: It does not hold.
        """
        try:
            expect.that(met, invariant, f"{fact}: {expect.summary(response)}")
        except Violation as error:
            title = f"{fact[0].upper()}{fact[1:]}, although {invariant}"
            raise HistoryViolation(
                str(error), self._finding(title, violated)
            ) from None

    def _finding(self, title: str, violated: str) -> HistoryFinding:
        steps = [(f"{n}. ", s) for n, s in enumerate(self.steps, 1)]
        return HistoryFinding(
            "\n".join(f"{number}{step}" for number, step in steps),
            script(
                title,
                [(number + s.sentence, s.commands) for number, s in steps],
                violated,
                second_user=self.second_user,
            ),
            self.mark,
            self.evidence.since(self.mark),
        )

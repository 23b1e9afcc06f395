"""A history told: numbered sentences, a script, and where it broke."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import expect
from conformance.adversary.histories.script import script
from conformance.expect import Violation

if TYPE_CHECKING:
    import httpx

    from conformance.adversary.histories.operations import Operation
    from conformance.adversary.histories.state import Invariant
    from conformance.evidence import Evidence, Mark, SavedEvidence


@dataclass
class Step:
    """One thing that somebody did.

    Attributes:
        sentence: Who did what, without a full stop.
        commands: The shell commands that do it again.
        outcome: What came of it.
    """

    sentence: str
    commands: str
    outcome: str = ""

    def __str__(self) -> str:
        """Return the whole sentence."""
        return f"{self.sentence}: {self.outcome}."


@dataclass(frozen=True)
class HistoryFinding:
    """A history that broke a promise, as the report shows it.

    Attributes:
        text: Its steps, numbered, in plain English.
        script: Shell commands that repeat it.
        mark: Where in the evidence it begins.
        kept: Its evidence.
    """

    text: str
    script: str
    mark: Mark
    kept: SavedEvidence

    def told_in(self, evidence: Evidence) -> str:
        """Let evidence show this history and no other; return its text."""
        evidence.put_back(self.mark, self.kept)
        evidence.script = self.script
        return self.text


class HistoryViolation(Violation):
    """A history broke a promise."""

    def __init__(self, message: str, story: HistoryFinding) -> None:
        """Keep the story with the message."""
        super().__init__(message)
        self.story = story
        self.acts: list[Operation] = []


@dataclass
class Narration:
    """Writes a history down while it happens.

    Attributes:
        evidence: Where its exchanges go.
        mark: Where in the evidence it begins.
        steps: What happened so far.
        other: Whether the second user took part.
    """

    evidence: Evidence
    mark: Mark
    steps: list[Step] = field(default_factory=list)
    other: bool = False

    def tell(self, sentence: str, commands: str) -> Step:
        """Begin the next step."""
        self.steps.append(Step(sentence, commands))
        return self.steps[-1]

    def demand(
        self,
        met: object,
        promise: Invariant,
        fact: str,
        response: httpx.Response,
        *,
        violated: str,
    ) -> None:
        """Demand that a promise holds after the last step.

        Args:
            met: Whether it does.
            promise: Which one.
            fact: What is so, in words.
            response: What came.
            violated: The shell condition that it does not hold.

        Raises:
            HistoryViolation: It does not hold.
        """
        try:
            expect.that(met, promise, f"{fact}: {expect.summary(response)}")
        except Violation as error:
            title = f"{fact[0].upper()}{fact[1:]}, although {promise}"
            raise HistoryViolation(
                str(error), self._story(title, violated)
            ) from None

    def _story(self, title: str, violated: str) -> HistoryFinding:
        steps = [(f"{n}. ", s) for n, s in enumerate(self.steps, 1)]
        return HistoryFinding(
            "\n".join(f"{number}{step}" for number, step in steps),
            script(
                title,
                [(number + s.sentence, s.commands) for number, s in steps],
                violated,
                other=self.other,
            ),
            self.mark,
            self.evidence.since(self.mark),
        )

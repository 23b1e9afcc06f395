"""The message about a failing example, with the command that repeats it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.adversary.examples import Example, Examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.evidence import Evidence
    from conformance.options import Options

LONGEST = 1500  # characters of an example in a command line
SHOWN = 800  # characters of an example in a message
_BLOB = re.compile(r"@reproduce_failure\('([^']+)', b'([^']+)'\)")
_HINT = re.compile(r"\s*You can reproduce this (?:test case|example) by.*")


@dataclass(frozen=True)
class Repeat:
    """The run that repeats a finding.

    Attributes:
        options: The options of the run that has the finding.
        scenario: Id of the scenario.
        seed: The run's seed.
        examples: Number of examples of each hunt.
    """

    options: Options
    scenario: str
    seed: int
    examples: int

    def command(self, example: Example | None) -> str:
        """Return the command line.

        Args:
            example: The example to replay. Without it, or if it is too long
                for a command line, all examples of the seed are repeated.
        """
        words = ["fittrackee-conformance", "run"]
        words += ["--target", self.options.shown_target]
        if self.options.fault:
            words += ["--fault", self.options.fault]
        words += ["--scenario", self.scenario]
        if example and len(str(example)) <= LONGEST:
            words += ["--replay", str(example)]
        else:
            words += ["--seed", str(self.seed)]
            words += ["--examples", str(self.examples)]
        return shlex.join(words)


def finding_message(
    repeat: Repeat,
    errors: Sequence[BaseException],
    evidence: Evidence,
    *,
    example: Example | None = None,
    last_failure: str = "",
) -> str:
    """Return the message, and store the example for the next run.

    Args:
        repeat: The run that repeats the finding.
        errors: The violation, and other exceptions with Hypothesis's notes.
        evidence: The scenario's evidence; that of a failing history is
            restored.
        example: The example, used if the notes contain none.
        last_failure: The last example that was a violation, as text.
    """
    notes = "\n".join(
        note
        for error in {id(e): e for e in errors}.values()
        for note in getattr(error, "__notes__", ())
    )
    blob = _BLOB.search(notes)
    if blob:
        example = Example(blob[1], blob[2])
        Examples(repeat.scenario).add(example)
    details = _HINT.sub("", notes).strip()
    if finding := getattr(errors[0], "finding", None):
        details = finding.restore(evidence)
    elif last_failure:
        details = f"example: {shortened(last_failure)}"
    parts = [str(errors[0]), details, f"reproduce: {repeat.command(example)}"]
    return "\n".join(filter(None, parts))


def shortened(text: str) -> str:
    """Return an example's text, cut at the length for a message."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

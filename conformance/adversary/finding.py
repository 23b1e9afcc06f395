"""The message about an example that a hunt found, and how to repeat it."""

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

LONGEST = 1500  # characters of an example that a command line can carry
SHOWN = 800  # characters of an example that a message holds
_BLOB = re.compile(r"@reproduce_failure\('([^']+)', b'([^']+)'\)")
_HINT = re.compile(r"\s*You can reproduce this (?:test case|example) by.*")


@dataclass(frozen=True)
class Repeat:
    """The run that repeats a finding.

    Attributes:
        options: Of the run that found it.
        scenario: Id of the scenario.
        seed: Of the run.
        examples: How many a hunt had.
    """

    options: Options
    scenario: str
    seed: int
    examples: int

    def command(self, example: Example | None) -> str:
        """Return the command line.

        Args:
            example: The one to replay; without it, or when no command line
                can carry it, all examples of the seed are tried again.
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
    failed: str = "",
) -> str:
    """Return the message; keep the example for the next run.

    Args:
        repeat: How to run the scenario again.
        errors: The violation, and what else bears hypothesis's notes.
        evidence: Takes what a history that was found left behind.
        example: How to repeat it, where the notes do not say.
        failed: The example that was a violation, as text.
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
    elif failed:
        details = f"example: {shortened(failed)}"
    parts = [str(errors[0]), details, f"again: {repeat.command(example)}"]
    return "\n".join(filter(None, parts))


def shortened(text: str) -> str:
    """Return an example's text, not longer than a message may hold."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

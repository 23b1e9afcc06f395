"""What a hunt says of the example that it found, and how to repeat it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from conformance.adversary.examples import Example, Examples

if TYPE_CHECKING:
    from conformance.adversary.hunt import Hunt

LONGEST = 1500  # characters of an example that a command line can carry
SHOWN = 800  # characters of an example that a message holds
_BLOB = re.compile(r"@reproduce_failure\('([^']+)', b'([^']+)'\)")
_HINT = re.compile(r"\s*You can reproduce this (?:test case|example) by.*")


def told(
    hunt: Hunt, found: list[BaseException], example: Example | None = None
) -> str:
    """Return what was found; keep the example for the next run.

    Args:
        hunt: That found it.
        found: The violation, and what else bears hypothesis's notes.
        example: How to repeat it, where the notes do not say.
    """
    notes = "\n".join(
        note
        for error in {id(e): e for e in found}.values()
        for note in getattr(error, "__notes__", ())
    )
    blob = _BLOB.search(notes)
    if blob:
        example = Example(blob[1], blob[2])
        Examples(hunt.scenario).add(example)
    shown = _HINT.sub("", notes).strip()
    if story := getattr(found[0], "story", None):
        shown = story.told_in(hunt.evidence)
    elif hunt.failed:
        shown = f"example: {shortened(hunt.failed)}"
    parts = [str(found[0]), shown, f"again: {_command(hunt, example)}"]
    return "\n".join(filter(None, parts))


def shortened(text: str) -> str:
    """Return an example's text, not longer than a message may hold."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _command(hunt: Hunt, example: Example | None) -> str:
    options = hunt.options
    words = ["fittrackee-conformance", "run"]
    words += ["--target", options.shown_target]
    if options.fault:
        words += ["--fault", options.fault]
    words += ["--scenario", hunt.scenario]
    if example and len(str(example)) <= LONGEST:
        words += ["--replay", str(example)]
    else:
        words += ["--seed", str(hunt.seed)]
        words += ["--examples", str(hunt.wanted)]
    return shlex.join(words)

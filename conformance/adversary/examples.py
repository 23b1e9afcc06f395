"""Stores the examples that failed, so that later runs try them first.

Hypothesis ignores its own database if a seed is set, and every run sets one,
so that it can be repeated. An example is stored as the text for Hypothesis's
``reproduce_failure``: the values that were drawn, none that a server issued.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import platformdirs

VARIABLE = "FITTRACKEE_EXAMPLES_DIR"
MOST = 8  # examples stored for a scenario; the oldest are deleted


@dataclass(frozen=True)
class Example:
    """One example: the arguments of Hypothesis's ``reproduce_failure``.

    Attributes:
        version: The version of Hypothesis; no other can read it.
        blob: ASCII text, base64.
    """

    version: str
    blob: str

    def __str__(self) -> str:
        """Return the argument of ``--replay``."""
        return f"{self.version}:{self.blob}"

    @property
    def readable(self) -> bool:
        """Whether the installed version of Hypothesis can replay it."""
        return self.version == metadata.version("hypothesis")


def parse(text: str) -> Example:
    """Return the example in an argument of ``--replay``.

    Raises:
        ValueError: The text is malformed.
    """
    version, colon, blob = text.partition(":")
    if not (version and colon and blob and text.isascii()):
        raise ValueError("must be VERSION:EXAMPLE, as printed by a failure")
    return Example(version, blob)


def folder() -> Path:
    """Return the folder of examples: the variable's, or the user's cache."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    return platformdirs.user_cache_path("fittrackee-conformance") / "examples"


class Examples:
    """The stored examples of one scenario."""

    def __init__(self, scenario: str) -> None:
        """Set the scenario; no file is read yet.

        Args:
            scenario: The scenario's id.
        """
        name = hashlib.sha256(scenario.encode()).hexdigest()[:24]
        self._folder = folder() / name
        self._scenario = scenario

    def all(self) -> list[Example]:
        """Return the examples that can be replayed, the newest first."""
        found = [self._read(file) for file in self._files()]
        return [example for example in found if example and example.readable]

    def add(self, example: Example) -> None:
        """Store an example, unless the folder cannot be written to."""
        data = {"scenario": self._scenario, **asdict(example)}
        name = hashlib.sha256(str(example).encode()).hexdigest()[:24]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{name}.{os.getpid()}.tmp"
            draft.write_text(json.dumps(data), "utf-8")
            draft.replace(self._folder / f"{name}.json")
            for file in self._files()[MOST:]:
                file.unlink(missing_ok=True)
        except OSError:
            return  # the cache is optional

    def _files(self) -> list[Path]:
        dated = []
        for file in self._folder.glob("*.json"):
            try:
                dated.append((file.stat().st_mtime_ns, file.name, file))
            except OSError:
                continue  # another worker has just deleted it
        return [file for *_, file in sorted(dated, reverse=True)]

    @staticmethod
    def _read(file: Path) -> Example | None:
        try:
            data = json.loads(file.read_text("utf-8"))
            return Example(str(data["version"]), str(data["blob"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

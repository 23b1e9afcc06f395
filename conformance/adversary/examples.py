"""Examples that broke something once, kept to be tried first.

hypothesis's own database is switched off by a fixed seed, and a run without
one could not say how to repeat it. So what is kept is the text by which
hypothesis repeats one example: the values that were drawn, never one that
the server issued.
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
MOST = 8  # examples kept for a scenario; the oldest make room


@dataclass(frozen=True)
class Example:
    """One example, as hypothesis's ``reproduce_failure`` takes it.

    Attributes:
        version: Of hypothesis; another version cannot read it.
        blob: ASCII text, base64.
    """

    version: str
    blob: str

    def __str__(self) -> str:
        """Return the form that ``--replay`` takes."""
        return f"{self.version}:{self.blob}"

    @property
    def readable(self) -> bool:
        """Whether this version of hypothesis can repeat it."""
        return self.version == metadata.version("hypothesis")


def parse(text: str) -> Example:
    """Read what ``--replay`` was given; ValueError when it is malformed."""
    version, colon, blob = text.partition(":")
    if not (version and colon and blob and text.isascii()):
        raise ValueError("write VERSION:EXAMPLE, as a failure printed it")
    return Example(version, blob)


def folder() -> Path:
    """Return where examples are kept: the variable's, or the cache."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    return platformdirs.user_cache_path("fittrackee-conformance") / "examples"


class Examples:
    """The examples kept for one scenario."""

    def __init__(self, scenario: str) -> None:
        """Look nothing up yet.

        Args:
            scenario: Its id; the same from checkout and wheel.
        """
        name = hashlib.sha256(scenario.encode()).hexdigest()[:24]
        self._folder = folder() / name
        self._scenario = scenario

    def all(self) -> list[Example]:
        """Return what can be repeated, the newest first."""
        found = [self._read(file) for file in self._files()]
        return [example for example in found if example and example.readable]

    def add(self, example: Example) -> None:
        """Keep an example; a folder that cannot be written keeps none."""
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
            return  # a run must not end for want of a cache

    def _files(self) -> list[Path]:
        dated = []
        for file in self._folder.glob("*.json"):
            try:
                dated.append((file.stat().st_mtime_ns, file.name, file))
            except OSError:
                continue  # another worker has just made room
        return [file for *_, file in sorted(dated, reverse=True)]

    @staticmethod
    def _read(file: Path) -> Example | None:
        try:
            data = json.loads(file.read_text("utf-8"))
            return Example(str(data["version"]), str(data["blob"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

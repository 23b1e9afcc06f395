"""Runs the real command, and plain pytest, as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COMMAND = [sys.executable, "-m", "conformance.cli"]
PYTEST = [sys.executable, "-m", "pytest"]
TIMEOUT = 120  # seconds; a run that takes longer hangs
MEDDLED = [sys.executable, str(HERE / "meddled.py")]
PLUGIN = "MEDDLED_BY"
MARK = "CONFORMANCE_TEST_RUN"
ONE = "rfc6749/4.1.3/redirect-uri-required"  # one scenario
SCENARIO = "protocol/test_code.py::test_redirect_uri_cannot_be_left_out"
FAULT = "redirect_uri_may_be_left_out"  # violates it, and nothing else
# Some thirty scenarios of both levels; a hunt keeps its last example only.
SOME = ("--requirement", "rfc7009/*", "--scenario", "protocol/*")


@dataclass(frozen=True)
class Done:
    """A command that has ended.

    Attributes:
        status: Its exit status.
        stdout: What it printed.
        stderr: What it complained about.
        report: The folder it was told to write to.
        mark: Stands in the environment of all that it started.
    """

    status: int
    stdout: str
    stderr: str
    report: Path
    mark: str

    @property
    def results(self) -> dict[str, Any]:
        return json.loads((self.report / "results.json").read_text("utf-8"))

    @property
    def errors(self) -> list[str]:
        lines = self.stderr.splitlines()
        return [line for line in lines if line.startswith("error:")]

    def verdicts(self) -> dict[str, str]:
        return {s["id"]: s["verdict"] for s in self.results["scenarios"]}

    def requirement(self, wanted: str) -> dict[str, Any]:
        rows = self.results["requirements"]
        return next(row for row in rows if row["id"] == wanted)

    def left_behind(self, patience: float = 15) -> list[str]:
        """Return the command lines of processes that do not end."""
        until = time.monotonic() + patience
        while (found := self._processes()) and time.monotonic() < until:
            time.sleep(0.2)
        return found

    def _processes(self) -> list[str]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environ = (folder / "environ").read_bytes()
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if self.mark.encode() in environ and words:
                found.append(words.replace(b"\0", b" ").decode())
        return found


def environment(mark: str = "", **extra: str) -> dict[str, str]:
    """Return this process's environment without what belongs to pytest."""
    foreign = ("PYTEST", "FITTRACKEE_", "COVERAGE", "KILL_MATRIX")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", MARK: mark, **extra}


def plugin(name: str) -> dict[str, str]:
    """Return the environment that loads a plugin of this folder."""
    path = os.pathsep.join(
        filter(None, [str(HERE), os.environ.get("PYTHONPATH")])
    )
    return {PLUGIN: name, "PYTHONPATH": path}


def _meddled(words: list[str], name: str) -> list[str]:
    """Load a plugin of this folder, which the command would ignore."""
    if words[:3] == PYTEST:
        return [*PYTEST, "-p", name, *words[3:]]
    return [*MEDDLED, *words[3:]] if words[:3] == COMMAND else words


def execute(
    words: list[str],
    cwd: Path,
    report: Path,
    *,
    env: dict[str, str] | None = None,
    timeout: float = TIMEOUT,
) -> Done:
    """Run a command to its end."""
    mark = uuid.uuid4().hex
    if env and PLUGIN in env:
        words = _meddled(words, env[PLUGIN])
    # What one test finds must not be replayed in another.
    examples = {"FITTRACKEE_EXAMPLES_DIR": str(report.parent / "examples")}
    done = subprocess.run(
        words,
        cwd=cwd,
        env=environment(mark, **{**examples, **(env or {})}),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr, report, mark)


def run(folder: Path, *words: str, **options: Any) -> Done:
    """Run ``fittrackee-conformance run`` in a folder, the report below."""
    report = folder / "report"
    command = [*COMMAND, "run", "--report", str(report), *words]
    return execute(command, folder, report, **options)


def plain_pytest(folder: Path, *words: str, **options: Any) -> Done:
    """Run ``pytest scenarios`` in the checkout, the report in a folder."""
    report = folder / "report"
    command = [*PYTEST, "scenarios", "-q", "--report", str(report), *words]
    return execute(command, ROOT, report, **options)

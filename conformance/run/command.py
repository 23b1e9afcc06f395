"""What ``fittrackee-conformance run`` does: pytest over the scenarios."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.markup import escape

from conformance.errors import UsageError
from conformance.options import without_effect
from conformance.run import alone
from conformance.run.keys import Handover
from conformance.run.progress import Progress
from conformance.run.run import Run
from conformance.scenario_files import scenarios

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from conformance.options import Options

INI = Path(__file__).parents[1] / "pytest.ini"
FAILED = 2


def run(options: Options) -> int:
    """Judge a target and return the exit status of the guide.

    Args:
        options: What the user chose.

    Raises:
        HarnessError: The target could not be started or logged in to.
        UsageError: There is no current folder.
    """
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError(
            f"the current folder cannot be used ({error.strerror}); "
            "change to another"
        ) from None
    console = Console(highlight=False, emoji=False)
    with alone.environment() as variables:
        own = scenarios().parent
        ignored = variables + without_effect(os.environ)
        ignored += alone.foreign_files(own) + alone.foreign_plugins()
        return _run(options, console, ignored)


def _run(options: Options, console: Console, ignored: list[str]) -> int:
    started = Run(options)
    if ignored:
        started.notes.insert(0, f"ignored: {', '.join(ignored)}")
    for note in started.notes:
        console.print(escape(note), soft_wrap=True)
    try:
        target = escape(options.shown_target)
        starting = console.status(f"starting {target}")
        with starting as line, _told(line):
            started.start()
        progress = Progress(console, started)
        words = arguments()
        if options.workers:
            words += ["-p", "xdist", "-n", str(options.workers)]
        status = pytest.main(words, plugins=[Handover(started), progress])
    finally:
        started.close()
    if not started.written:
        return FAILED
    progress.conclude()
    return started.status if status < FAILED else FAILED


class _Teller(logging.Handler):
    """Shows what a target says while it is being started."""

    def __init__(self, line: Status) -> None:
        super().__init__(logging.INFO)
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        self._line.update(escape(record.getMessage()))


@contextmanager
def _told(line: Status) -> Iterator[None]:
    logger = logging.getLogger("conformance.targets")
    teller = _Teller(line)
    logger.addHandler(teller)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(teller)


def arguments() -> list[str]:
    """Return pytest's arguments for all scenarios, and nothing foreign."""
    folder = scenarios()
    words = [str(folder), "-c", str(INI), "--rootdir", str(folder.parent)]
    return [*words, *alone.ISOLATION]

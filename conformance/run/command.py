"""``fittrackee-conformance run``: runs pytest on the scenarios."""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.markup import escape

from conformance.errors import UsageError
from conformance.evidence.octets import printable
from conformance.options import without_effect
from conformance.run import isolation
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
    """Test a target and return the exit status, 0 to 2.

    Args:
        options: The run's options.

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
    # Not rich's own width, which COLUMNS=0 makes nothing.
    columns = shutil.get_terminal_size().columns
    console = Console(highlight=False, emoji=False, width=columns)
    with isolation.environment() as variables:
        own = scenarios().parent
        ignored = variables + without_effect(os.environ)
        ignored += isolation.foreign_files(own) + isolation.foreign_plugins()
        return _run(options, console, ignored)


def _run(options: Options, console: Console, ignored: list[str]) -> int:
    started = Run(options)
    if ignored:
        started.notes.insert(0, f"ignored: {', '.join(ignored)}")
    for note in started.notes:
        console.print(escape(printable(note)), soft_wrap=True)
    try:
        target = escape(options.shown_target)
        starting = console.status(f"starting {target}")
        with starting as line, _log_shown_in(line):
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


class _StatusHandler(logging.Handler):
    """Shows the log messages of a starting target in a status line."""

    def __init__(self, line: Status) -> None:
        super().__init__(logging.INFO)
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        self._line.update(escape(record.getMessage()))


@contextmanager
def _log_shown_in(line: Status) -> Iterator[None]:
    logger = logging.getLogger("conformance.targets")
    handler = _StatusHandler(line)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def arguments() -> list[str]:
    """Return pytest's arguments: all scenarios, no foreign configuration."""
    folder = scenarios()
    words = [str(folder), "-c", str(INI), "--rootdir", str(folder.parent)]
    return [*words, *isolation.ISOLATION]

"""What ``fittrackee-conformance run`` does: pytest over the scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.layout import scenarios
from conformance.progress import Progress
from conformance.run import Run

if TYPE_CHECKING:
    from conformance.options import Options

INI = Path(__file__).with_name("pytest.ini")
FAILED = 2


def run(options: Options, workers: int) -> int:
    """Judge a target and return the exit status of the guide.

    Args:
        options: What the user chose.
        workers: Number of worker processes, 0 for none.

    Raises:
        HarnessError: The target could not be started or logged in to.
    """
    console = Console(highlight=False)
    started = Run(options)
    try:
        with console.status(f"starting {options.target}"):
            started.start()
        progress = Progress(console, started)
        status = pytest.main(_arguments(options, workers), plugins=[progress])
    finally:
        started.close()
    if not started.written:
        return FAILED
    progress.conclude()
    return started.status if status < FAILED else max(int(status), FAILED)


def _arguments(options: Options, workers: int) -> list[str]:
    folder = scenarios()
    return [
        str(folder),
        "-c",
        str(INI),
        "--rootdir",
        str(folder.parent),
        "-p",
        "conformance.plugin",
        "-p",
        "no:terminalreporter",
        *(["-n", str(workers)] if workers else []),
        *options.arguments(),
    ]

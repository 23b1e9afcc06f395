"""Isolates a run from settings that are meant for other programs.

The command runs pytest, which reads environment variables and configuration
files and loads every installed plugin; Python reads some variables as well.
None of them are meant for a run of this suite.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIXES = ("PYTEST_", "HYPOTHESIS_")
NAMES = {
    "_ARGCOMPLETE",  # makes pytest complete a command line and end with 0
    "EXECNET_DEBUG",  # logs the data that workers are sent
    "NODE_OPTIONS",  # the browser's driver runs on Node.js
    "PWDEBUG",  # opens the browser's window, and waits for a click
    "PYTHONINSPECT",
    "PYTHONOPTIMIZE",
    "PYTHONWARNINGS",  # "error" makes an exception of a warning
}
# Set by a pytest that starts the command, not by a user: never reported.
SET_BY_PYTEST = {
    "PYTEST_CURRENT_TEST",
    "PYTEST_VERSION",
    "PYTEST_XDIST_TESTRUNUID",
    "PYTEST_XDIST_WORKER",
    "PYTEST_XDIST_WORKER_COUNT",
}
# These require a new process: they change the bytecode, which then lacks the
# asserts and the docstrings (titles and summaries).
AT_START = ("PYTHONOPTIMIZE", "PYTHONINSPECT")
# Configuration files of pytest; a shared one has a section for it.
FILES = {
    "conftest.py": "",
    "pytest.ini": "",
    ".pytest.ini": "",
    "pytest.toml": "",
    ".pytest.toml": "",
    "pyproject.toml": "[tool.pytest",
    "setup.cfg": "[tool:pytest]",
    "tox.ini": "[pytest]",
}
NEEDED = {"xdist", "hypothesispytest"}  # the plugins that a run loads
# Installed with the dependencies of a run; they change nothing.
HARMLESS = {"xdist.looponfail", "anyio", "platformdirs"}
ISOLATION = (
    "--disable-plugin-autoload",
    *("-p", "hypothesispytest"),
    *("-p", "conformance.plugin"),
    *("-p", "no:terminalreporter"),
)


@contextlib.contextmanager
def environment() -> Iterator[list[str]]:
    """Unset the variables that would change a run; restore them at the end.

    Processes that are started inside import nothing from the current folder.

    Yields:
        The names of the user's variables that are ignored.
    """
    foreign = sorted(
        name
        for name in os.environ
        if name in NAMES or name.startswith(PREFIXES)
    )
    ours = {"PYTHONSAFEPATH": "1"}
    before = {n: os.environ.get(n) for n in (*foreign, *ours)}
    for name in foreign:
        del os.environ[name]
    os.environ.update(ours)
    try:
        with warnings.catch_warnings():
            if sys.warnoptions:
                warnings.simplefilter("ignore")
            yield [name for name in foreign if name not in SET_BY_PYTEST]
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def foreign_files(own: Path) -> list[str]:
    """Return the configuration files that plain pytest would read here.

    Args:
        own: The parent of the scenarios' folder; its files belong to the
            suite and are not returned.
    """
    with contextlib.suppress(OSError):  # the folder may be gone
        here = Path.cwd()
        return [
            os.path.relpath(folder / name, here)
            for folder in (here, *here.parents)
            if folder != own
            for name, section in FILES.items()
            if _holds(folder / name, section)
        ]
    return []


def _holds(file: Path, section: str) -> bool:
    try:
        return file.is_file() and section in file.read_text("utf-8", "replace")
    except OSError:
        return False


def foreign_plugins() -> list[str]:
    """Return the installed plugins that plain pytest would load."""
    found = metadata.entry_points(group="pytest11")
    names = {p.name for p in found} - NEEDED - HARMLESS
    return [f"plugin {name}" for name in sorted(names)]


def start_again() -> None:
    """Replace this process if Python was started with unsuitable options.

    ``python -O`` drops asserts, ``-OO`` docstrings as well, and
    ``PYTHONINSPECT`` opens a prompt at the end. Otherwise it returns.
    """
    named = [name for name in AT_START if os.environ.get(name)]
    if not (sys.flags.optimize or named):
        return
    if sys.flags.optimize and not named:
        named = ["PYTHONOPTIMIZE"]  # the equivalent of -O
    # Python ignores an empty variable; the run still reports it.
    environ = {**os.environ, **dict.fromkeys(named, "")}
    flags = {
        "-I": sys.flags.isolated,
        "-E": sys.flags.ignore_environment,
        "-s": sys.flags.no_user_site,
        "-B": sys.flags.dont_write_bytecode,
    }
    words = [flag for flag, given in flags.items() if given]
    words = [sys.executable, "-P", *words, "-m", "conformance.cli"]
    os.execve(sys.executable, [*words, *sys.argv[1:]], environ)  # noqa: S606

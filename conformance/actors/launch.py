"""Starts Playwright's driver and a browser, or reports why it cannot.

A browser that cannot start is a property of this machine: it makes the
browser's scenarios *unsupported*, with the cause and a command that helps,
and is never an error.
"""

from __future__ import annotations

import ctypes
import functools
import os
import re
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from conformance.errors import TargetError, Unsupported
from conformance.processes import packages, process

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, Playwright

DRIVER_SECONDS = 60.0  # for a driver to start and end
LAUNCH_MS = 60_000.0  # for a browser to start
BROWSER_SECONDS = 90.0  # for all of it, its first page and its end
CAUSE_LIMIT = 200  # characters

NO_BROWSER = "no browser can be used"  # how each reason begins
CHROMIUM = "chromium"  # Debian's package, and its program
NOT_FOUND = "no Chromium or Chrome is installed"
OWN_BROWSERS = "~/.cache/ms-playwright"
SYSTEM_BROWSERS = (
    CHROMIUM,
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
LIBRARIES = {  # of Playwright's driver, with the packages that hold them
    "libatomic.so.1": "libatomic1",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
}
START_DRIVER = (
    "from playwright.sync_api import sync_playwright as driver;"
    "driver().start().stop()"
)
# A browser's start, with a page: some crash, or wait, when they show one.
START_BROWSER = """
import sys
from playwright.sync_api import sync_playwright
path, timeout, *words = sys.argv[1:]
with sync_playwright() as driver:
    browser = driver.chromium.launch(
        executable_path=path, args=words, timeout=float(timeout)
    )
    browser.new_page().goto("about:blank")
    browser.close()
"""
# Lines of a failed start that name its cause, the most specific first.
CAUSES = (
    re.compile(r"error while loading shared libraries: (.*)"),
    re.compile(r"(No usable sandbox!)"),
    re.compile(r"(spawn .* E[A-Z]+)"),
    re.compile(r"(Timeout [0-9.]+ms exceeded)"),
    re.compile(r"\[err\] (.+)"),
    re.compile(r"<process did (exit: [^>]*)>"),
)


class NoBrowser(Unsupported):
    """No browser can start; the message has the cause and a remedy."""

    def __init__(self, lack: packages.Lack) -> None:
        """Keep what is missing, for the doctor to report."""
        super().__init__(f"{NO_BROWSER}: {lack.why}; {lack.remedy}")
        self.lack = lack


@contextmanager
def driven() -> Iterator[Playwright]:
    """Start Playwright's driver; raise NoBrowser when it cannot start."""
    problem = driver_problem()
    if problem:
        raise no_browser(problem, problem)
    try:
        started = sync_playwright().start()
    except Exception as error:  # a plain one when the driver ends at once
        problem = f"Playwright's driver cannot start: {cause(str(error))}"
        raise no_browser(problem, problem) from error
    try:
        yield started
    finally:
        started.stop()


def driver_problem() -> str:
    """Return why Playwright's driver cannot start, ``""`` when it can.

    It is tried in a separate process, which can be ended when the driver
    hangs, and which leaves nothing behind when it crashes.
    """
    return _tried("Playwright's driver", DRIVER_SECONDS, START_DRIVER)


@functools.cache  # a failure is tried again
def show_first_page(path: Path, words: tuple[str, ...]) -> None:
    """Start a browser, show a page and end; raise TargetError if it fails.

    It is tried in a separate process: for a new page Playwright waits
    without a limit, even when the browser has ended.

    Args:
        path: The browser.
        words: Its command line options.
    """
    arguments = (str(path), str(LAUNCH_MS), *words)
    problem = _tried(str(path), BROWSER_SECONDS, START_BROWSER, *arguments)
    if problem:
        raise TargetError(problem)


def start(driver: Playwright, words: Sequence[str]) -> Browser:
    """Start the first browser that can start; raise NoBrowser for none.

    Args:
        driver: Playwright's driver.
        words: Command line options of the browser.
    """
    causes = []
    for path in candidates(driver):
        try:
            show_first_page(path, tuple(words))
            return driver.chromium.launch(
                executable_path=path, args=list(words), timeout=LAUNCH_MS
            )
        except TargetError as error:
            causes.append(error.message)
        except Exception as error:  # plain ones when the driver itself ends
            causes.append(f"{path} cannot start: {cause(str(error))}")
    raise no_browser("; ".join(causes) or NOT_FOUND)


def candidates(driver: Playwright) -> list[Path]:
    """Return the installed browsers: Playwright's first, then the system's."""
    own = driver.chromium.executable_path
    found = [own if os.path.isfile(own) else None]
    found += map(shutil.which, SYSTEM_BROWSERS)
    return [Path(path) for path in dict.fromkeys(found) if path]


def cause(text: str) -> str:
    """Return the cause of a failed start, from its output."""
    for pattern in CAUSES:
        if found := pattern.search(text):
            return found[1].strip()[:CAUSE_LIMIT]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else "it printed nothing")[:CAUSE_LIMIT]


def no_browser(why: str, driver: str = "") -> NoBrowser:
    """Return the error that makes browser scenarios unsupported.

    Args:
        why: Why no browser starts.
        driver: Why the driver does not start, ``""`` when it does.
    """
    needed = tuple(missing_packages(driver))
    return NoBrowser(packages.Lack(why, needed, other_step(driver)))


def missing_packages(driver: str = "") -> list[str]:
    """Return the Debian packages that a browser lacks here.

    Args:
        driver: Why the driver does not start; ``""`` when it does and
            only a browser is missing.
    """
    lacking = missing_libraries() if _lacks_libraries(driver) else []
    if driver and (not lacking or _browser_files()):
        return lacking
    if packages.has_chromium() and not shutil.which(CHROMIUM):
        lacking.append(CHROMIUM)
    return lacking


def other_step(driver: str = "") -> str:
    """Return the command to run where packages do not help, or ``""``."""
    lacking = missing_packages(driver)
    if driver and not lacking:
        return f"{sys.executable} -m pip install --force-reinstall playwright"
    if CHROMIUM in lacking or (driver and _browser_files()):
        return ""
    more = "--with-deps " if packages.available() else ""
    return f"{sys.executable} -m playwright install {more}chromium"


def missing_libraries() -> list[str]:
    """Return the packages of the libraries that the driver lacks."""
    return [LIBRARIES[name] for name in LIBRARIES if not _loads(name)]


def _lacks_libraries(driver: str) -> bool:
    return any(name in driver for name in LIBRARIES)


def _tried(what: str, seconds: float, script: str, *words: str) -> str:
    """Return why a Python script fails, ``""`` when it does not.

    Args:
        what: What the script starts; it begins the answer.
        seconds: How long the script may take.
        script: Its source.
        *words: Its arguments.
    """
    try:
        done = process.run(
            # -P: no module of the current folder is taken for a library.
            [sys.executable, "-P", "-c", script, *words],
            what=what,
            env=os.environ,
            cwd=Path(),
            seconds=seconds,
        )
    except TargetError as error:
        return error.message
    if done.status == 0:
        return ""
    return f"{what} cannot start: {cause(done.output)}"


def _browser_files() -> bool:
    """Whether a browser seems to be installed; it may not start."""
    if any(map(shutil.which, SYSTEM_BROWSERS)):
        return True
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", OWN_BROWSERS)
    with suppress(OSError):
        return any(Path(folder).expanduser().glob("chromium-*"))
    return False


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True

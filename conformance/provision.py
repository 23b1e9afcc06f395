"""Set-up: ``python -m conformance.provision browser postgresql``.

Provides the system parts that a test run needs, by the means the system
has: Playwright's own download, or the distribution's packages for root on
Debian and Ubuntu. What cannot be provided is named with the command that
would help; only in CI is that a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from playwright.sync_api import Error

from conformance import browser
from conformance.errors import TargetError, Unsupported
from conformance.targets.own_postgres import find_binaries, has_postgis

if TYPE_CHECKING:
    from collections.abc import Callable

DOWNLOAD_SECONDS = 900
APT_SECONDS = 1200
POSTGRESQL = ("postgresql", "postgresql-postgis", "libmagic1")
APT_HELP = "as root: apt-get install {}"


def has_browser() -> bool:
    """Tell whether a browser is there and starts."""
    try:
        with browser.launched():
            return True
    except (Unsupported, Error):
        return False


def has_postgresql() -> bool:
    """Tell whether PostgreSQL's and PostGIS's files are there."""
    try:
        return has_postgis(find_binaries())
    except TargetError:
        return False


def install_browser() -> None:
    """Download Playwright's Chromium, else take the distribution's."""
    playwright = [sys.executable, "-P", "-m", "playwright"]
    if _ran([*playwright, "install", "chromium"], DOWNLOAD_SECONDS):
        if not has_browser():
            _ran([*playwright, "install-deps", "chromium"], APT_SECONDS)
    else:
        _apt("chromium")


def install_postgresql() -> None:
    """Install PostgreSQL, PostGIS and libmagic from the distribution."""
    _apt(*POSTGRESQL)


PARTS: dict[str, tuple[Callable[[], bool], Callable[[], None], str]] = {
    "browser": (has_browser, install_browser, browser.HELP),
    "postgresql": (
        has_postgresql,
        install_postgresql,
        APT_HELP.format(" ".join(POSTGRESQL)),
    ),
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
def main(parts: tuple[str, ...]) -> None:
    """Provide the system parts that a test run needs."""
    missing = [part for part in parts if not _provided(part)]
    for part in missing:
        click.echo(f"{part} is missing; {PARTS[part][2]}", err=True)
    sys.exit(1 if missing and os.environ.get("CI") else 0)


def _provided(part: str) -> bool:
    present, install, _help = PARTS[part]
    if present():
        return True
    click.echo(f"{part}: not there yet, installing")
    install()
    return present()


def _apt(*packages: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    if not Path("/etc/debian_version").exists():
        return
    _ran(["apt-get", "update", "-q"], APT_SECONDS)
    _ran(
        ["apt-get", "install", "-qy", "--no-install-recommends", *packages],
        APT_SECONDS,
    )


def _ran(words: list[str], seconds: int) -> bool:
    """Run a command, its output shown; tell whether it succeeded."""
    click.echo(f"+ {' '.join(words)}")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(  # noqa: S603 - our own fixed commands
            words, env=environ, check=False, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        click.echo(f"  {error}", err=True)
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()

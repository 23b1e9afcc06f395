"""Set-up: ``python -m conformance.provision browser postgresql proxies``.

Provides the system parts that a test run needs, by the means the system
has: Playwright's own download, or for root the packages of Debian and
Ubuntu. ``sudo`` is never run: whoever is not root gets the one line that
installs all that is missing. Only in CI is that a failure.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from conformance import proxies
from conformance.actors import launch, visitor
from conformance.actors.launch import NoBrowser
from conformance.errors import TargetError
from conformance.processes import packages
from conformance.processes.own_postgres import find_binaries, has_postgis
from conformance.processes.packages import Lack

if TYPE_CHECKING:
    from collections.abc import Callable

DOWNLOAD_SECONDS = 900
APT_SECONDS = 1200
POSTGRESQL = ("postgresql", "postgresql-postgis")
LIBMAGIC = "libmagic1"
APT_GET = "apt-get install "


@dataclass(frozen=True)
class Part:
    """A part of the machine.

    Attributes:
        examine: Returns what it lacks, None when it can be used.
        install: Provides that, as far as this process may.
    """

    examine: Callable[[], Lack | None]
    install: Callable[[Lack], None]


def browser_lack() -> Lack | None:
    """Return what a browser that starts lacks."""
    try:
        with visitor.launched():
            return None
    except NoBrowser as reason:
        return reason.lack


def has_browser() -> bool:
    """Return whether a browser is there and starts."""
    return browser_lack() is None


def install_browser(lack: Lack) -> None:
    """Download Playwright's Chromium, else take the distribution's."""
    _apt(*(p for p in lack.packages if p != launch.CHROMIUM))
    if launch.driver_problem():
        return  # the driver is what downloads
    playwright = [sys.executable, "-P", "-m", "playwright"]
    if _ran([*playwright, "install", "chromium"], DOWNLOAD_SECONDS):
        if packages.can_install() and not has_browser():
            _ran([*playwright, "install-deps", "chromium"], APT_SECONDS)
    elif packages.has_chromium():
        _apt(launch.CHROMIUM)


def postgresql_lack() -> Lack | None:
    """Return what of PostgreSQL, PostGIS and libmagic is not there."""
    try:
        there = has_postgis(find_binaries())
        missing = [] if there else [POSTGRESQL[1]]
    except TargetError:
        missing = [*POSTGRESQL]
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        missing.append(LIBMAGIC)
    return _not_installed(missing)


def proxies_lack() -> Lack | None:
    """Return which of the proxies that Debian has are not there."""
    return _not_installed(
        [
            proxy.install.removeprefix(APT_GET)
            for proxy in proxies.PROXIES.values()
            if proxy.install.startswith(APT_GET) and not proxy.find()
        ]
    )


def install_packages(lack: Lack) -> None:
    """Install the packages that a part lacks."""
    _apt(*lack.packages)


PARTS: dict[str, Part] = {
    "browser": Part(browser_lack, install_browser),
    "postgresql": Part(postgresql_lack, install_packages),
    "proxies": Part(proxies_lack, install_packages),
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
def main(parts: tuple[str, ...]) -> None:
    """Provide the system parts that a test run needs; without PARTS, all."""
    lacks = {
        part: lack for part in parts or PARTS if (lack := _provided(part))
    }
    for part, lack in lacks.items():
        click.echo(f"{part} is missing: {lack.why}", err=True)
    if lacks:
        line = packages.remedy(*lacks.values())
        click.echo(f"To get what is missing, {line}", err=True)
    sys.exit(1 if lacks and os.environ.get("CI") else 0)


def _provided(part: str) -> Lack | None:
    """Install a part if need be; return what it lacks still."""
    lack = PARTS[part].examine()
    if lack is None:
        return None
    click.echo(f"{part}: {lack.why}; installing what can be installed")
    PARTS[part].install(lack)
    return PARTS[part].examine()


def _not_installed(missing: list[str]) -> Lack | None:
    if not missing:
        return None
    return Lack(f"not installed: {', '.join(missing)}", tuple(missing))


def _apt(*names: str) -> None:
    """Install packages if this process may."""
    if not names or not packages.can_install():
        return
    _update()
    _ran(
        ["apt-get", "install", "-qy", "--no-install-recommends", *names],
        APT_SECONDS,
    )


@functools.cache
def _update() -> None:
    """Fetch the lists of packages once; images come without them."""
    _ran(["apt-get", "update", "-q"], APT_SECONDS)


def _ran(words: list[str], seconds: int) -> bool:
    """Run a command, its output shown; tell whether it succeeded."""
    click.echo(f"+ {' '.join(words)}")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        child = subprocess.Popen(  # noqa: S603 - our own fixed commands
            words, env=environ, stdin=subprocess.DEVNULL, process_group=0
        )
    except OSError as error:
        click.echo(f"  {error}", err=True)
        return False
    try:
        return child.wait(seconds) == 0
    except subprocess.TimeoutExpired as error:
        click.echo(f"  {error}", err=True)
        return False
    finally:
        # With what it started itself, such as Playwright's downloads.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)


if __name__ == "__main__":
    main()

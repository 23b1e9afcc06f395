"""Set-up: ``python -m conformance.provision browser postgresql proxies``.

Installs the system parts that a test run needs: by Playwright's download,
or as root by the packages of Debian and Ubuntu. ``sudo`` is never run: other
users get the command that installs everything that is missing. A missing
part is a failure in CI only.
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
    """A part of the system.

    Attributes:
        check: Returns what is missing, None if the part can be used.
        install: Installs that, as far as this process is allowed to.
    """

    check: Callable[[], Lack | None]
    install: Callable[[Lack], None]


def browser_lack() -> Lack | None:
    """Return what is missing to start a browser."""
    try:
        with visitor.launched():
            return None
    except NoBrowser as reason:
        return reason.lack


def has_browser() -> bool:
    """Return whether a browser starts."""
    return browser_lack() is None


def install_browser(lack: Lack) -> None:
    """Download Playwright's Chromium, or install the distribution's."""
    _apt(*(p for p in lack.packages if p != launch.CHROMIUM))
    if launch.driver_problem():
        return  # the driver does the download
    playwright = [sys.executable, "-P", "-m", "playwright"]
    if _ran([*playwright, "install", "chromium"], DOWNLOAD_SECONDS):
        if packages.can_install() and not has_browser():
            _ran([*playwright, "install-deps", "chromium"], APT_SECONDS)
    elif packages.has_chromium():
        _apt(launch.CHROMIUM)


def postgresql_lack() -> Lack | None:
    """Return which of PostgreSQL, PostGIS and libmagic are missing."""
    try:
        complete = has_postgis(find_binaries())
        missing = [] if complete else [POSTGRESQL[1]]
    except TargetError:
        missing = [*POSTGRESQL]
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        missing.append(LIBMAGIC)
    return _not_installed(missing)


def proxies_lack() -> Lack | None:
    """Return which of the proxies in Debian's packages are missing."""
    return _not_installed(
        [
            proxy.install.removeprefix(APT_GET)
            for proxy in proxies.PROXIES.values()
            if proxy.install.startswith(APT_GET) and not proxy.find()
        ]
    )


def install_packages(lack: Lack) -> None:
    """Install the missing packages."""
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
    """Install a part if necessary; return what is still missing."""
    lack = PARTS[part].check()
    if lack is None:
        return None
    click.echo(f"{part}: {lack.why}; installing what can be installed")
    PARTS[part].install(lack)
    return PARTS[part].check()


def _not_installed(missing: list[str]) -> Lack | None:
    if not missing:
        return None
    return Lack(f"not installed: {', '.join(missing)}", tuple(missing))


def _apt(*names: str) -> None:
    """Install packages if this process is allowed to."""
    if not names or not packages.can_install():
        return
    _update()
    _ran(
        ["apt-get", "install", "-qy", "--no-install-recommends", *names],
        APT_SECONDS,
    )


@functools.cache
def _update() -> None:
    """Fetch the package lists once; container images do not have them."""
    _ran(["apt-get", "update", "-q"], APT_SECONDS)


def _ran(words: list[str], seconds: int) -> bool:
    """Run a command and show its output; return whether it succeeded."""
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
        # And its own children, such as Playwright's downloads.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)


if __name__ == "__main__":
    main()

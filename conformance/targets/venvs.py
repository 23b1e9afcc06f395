"""Virtual environments with one release each, in a cache folder."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import logging
import os
import platform
import shutil
import sys
from typing import TYPE_CHECKING

import platformdirs
from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_fixed,
)

from conformance.errors import TargetError
from conformance.processes import process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.targets.releases import PublishedRelease

INSTALL_SECONDS = 1200
# Written last: a folder without it is an interrupted installation.
MARK = "complete"

log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return the folder of the virtual environments."""
    return (
        platformdirs.user_cache_path("fittrackee-conformance")
        / f"venvs-{sys.implementation.cache_tag}"
    )


def key(release: PublishedRelease) -> str:
    """Return an environment's name, by its release, pins and Python."""
    parts = "\n".join((*release.pins, sys.version, platform.machine()))
    digest = hashlib.sha256(parts.encode()).hexdigest()[:12]
    return f"fittrackee-{release}-{digest}"


def provide(release: PublishedRelease, *, cache: Path | None = None) -> Path:
    """Return the Python of the environment that has a release installed.

    The first call for a release installs it, which takes minutes; a
    concurrent run waits for that installation.

    Args:
        release: The release to install.
        cache: Folder of the environments; None means the user's cache.

    Raises:
        TargetError: pip cannot install it; its output is the detail.
    """
    cache = cache or cache_folder()
    folder = cache / key(release)
    python = folder / "bin" / "python"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{folder.name}.lock", release):
            if not ((folder / MARK).exists() and python.exists()):
                # In place, as scripts and caches contain absolute paths.
                shutil.rmtree(folder, ignore_errors=True)
                log.info("installing FitTrackee %s in %s", release, folder)
                try:
                    _create(folder, python)
                    _install(release, folder, python)
                    (folder / MARK).touch()
                except BaseException:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise
    except OSError as error:
        raise TargetError(
            f"{cache}: cannot store FitTrackee's environment there "
            f"({error.strerror}); set XDG_CACHE_HOME to a writable folder"
        ) from error
    return python


@contextlib.contextmanager
def _locked(path: Path, release: PublishedRelease) -> Iterator[None]:
    # The kernel releases the lock if its holder is killed.
    with path.open("w") as file:
        try:
            Retrying(
                retry=retry_if_exception_type(BlockingIOError),
                wait=wait_fixed(0.2),
                stop=stop_after_delay(INSTALL_SECONDS),
            )(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except RetryError:
            raise TargetError(
                f"{path}: another run has been installing FitTrackee "
                f"{release} for {INSTALL_SECONDS} s; wait for it or end it"
            ) from None
        yield


def _environment() -> dict[str, str]:
    """Return the caller's environment, which may configure pip's index.

    Variables of the Python that runs the harness are removed, and those
    that make pip install to another place.
    """
    removed = {"VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name not in removed
    }


def _create(folder: Path, python: Path) -> None:
    # Debian's python3 has venv but not ensurepip, so our own pip is used if
    # there is one: it can install into another environment.
    own_pip = importlib.util.find_spec("pip") is not None
    done = process.run(
        [
            sys.executable,
            "-m",
            "venv",
            *(["--without-pip"] if own_pip else []),
            str(folder),
        ],
        what=f"creating the virtual environment {folder}",
        env=_environment(),
        cwd=folder.parent,
        seconds=120,
    )
    if done.status != 0 or not python.exists():
        raise TargetError(
            f"{sys.executable} cannot create a virtual environment; "
            f"on Debian or Ubuntu run: apt-get install python3-venv",
            detail=process.tail(done.output),
        )


def _install(release: PublishedRelease, folder: Path, python: Path) -> None:
    if (folder / "bin" / "pip").exists():
        pip = [str(python), "-m", "pip"]
    else:
        pip = [sys.executable, "-m", "pip", "--python", str(python)]
    requirements = [f"fittrackee=={release}", *release.pins]
    done = process.run(
        [*pip, "install", "--no-input", "--no-compile", *requirements],
        what=f"pip install {' '.join(requirements)}",
        env=_environment(),
        cwd=folder,
        seconds=INSTALL_SECONDS,
    )
    if done.status != 0:
        raise TargetError(
            _explain(release, done.output), detail=process.tail(done.output)
        )


def _explain(release: PublishedRelease, output: str) -> str:
    if "(from versions: none)" in output:
        return (
            "pip finds no release of FitTrackee; is the package index "
            "reachable?"
        )
    missing = f"No matching distribution found for fittrackee=={release}"
    if any(line.endswith(missing) for line in output.splitlines()):
        return (
            f"fittrackee=={release} is not on the package index, or not for "
            f"Python {platform.python_version()}; "
            f"`pip index versions fittrackee` lists the releases"
        )
    return (
        f"pip cannot install fittrackee=={release} for Python "
        f"{platform.python_version()}"
    )

"""Debian packages: who can install them, and the line that does."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Lack:
    """What a part of the machine lacks.

    Attributes:
        why: Why the part cannot be used.
        packages: The Debian packages that would help.
        step: A command that has to be run as well, may be empty.
    """

    why: str
    packages: tuple[str, ...]
    step: str = ""

    @property
    def remedy(self) -> str:
        """What to run, in one line."""
        return remedy(self)


def available() -> bool:
    """Return whether this system's packages are Debian's."""
    return bool(shutil.which("apt-get"))


def can_install() -> bool:
    """Return whether this process may install packages."""
    return available() and _is_root()


def has_chromium() -> bool:
    """Return whether there is a package ``chromium`` that holds a browser.

    Ubuntu's only refers to a snap, which containers cannot run.
    """
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    family = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}"
    return available() and "ubuntu" not in family.split()


def remedy(*lacks: Lack) -> str:
    """Return what to run, in one line, to get all that is lacking.

    ``sudo`` stands in it where it is there; the harness itself never runs
    ``sudo``.
    """
    names = [name for lack in lacks for name in lack.packages]
    words = " ".join(dict.fromkeys(names))
    then = " && ".join(lack.step for lack in lacks if lack.step)
    if not words:
        return f"run: {then}"
    if not available():
        after = f"; then run: {then}" if then else ""
        return f"install as root what Debian calls: {words}{after}"
    sudo = "sudo " if not _is_root() and shutil.which("sudo") else ""
    line = (
        f"{sudo}apt-get update && "
        f"{sudo}apt-get install -y --no-install-recommends {words}"
    )
    line += f" && {then}" if then else ""
    return f"run: {line}" if sudo or _is_root() else f"run as root: {line}"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0

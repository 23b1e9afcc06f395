"""Missing Debian packages, and the command that installs them."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Lack:
    """What is missing to use a part of the system.

    Attributes:
        why: Why the part cannot be used.
        packages: Names of the missing Debian packages.
        step: A further command to run, may be empty.
    """

    why: str
    packages: tuple[str, ...]
    step: str = ""

    @property
    def remedy(self) -> str:
        """The command to run, in one line: see :func:`remedy`."""
        return remedy(self)


def available() -> bool:
    """Return whether this system has ``apt-get``."""
    return bool(shutil.which("apt-get"))


def can_install() -> bool:
    """Return whether this process may install packages."""
    return available() and _is_root()


def has_chromium() -> bool:
    """Return whether the package ``chromium`` contains a browser.

    Ubuntu's is a placeholder for a snap, which containers cannot run.
    """
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    family = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}"
    return available() and "ubuntu" not in family.split()


def remedy(*lacks: Lack) -> str:
    """Return the command that installs what is missing, in one line.

    It begins with ``sudo`` if that is installed; the harness itself never
    runs ``sudo``.
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

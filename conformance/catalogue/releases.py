"""The FitTrackee releases that differ, read from ``releases.toml``."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
from packaging.version import Version


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds from one release on, until the next one that is listed.

    Attributes:
        version: The first release that it holds for.
        scopes: Every scope that an app can register, in alphabetical order.
        session: How a user's own session travels.
        session_lifetime: Seconds until it ends.
        roles: Users have a role and can be suspended.
        pins: Requirements that pip needs besides the release.
        needs: What the system needs besides PostgreSQL.
        creates_users: Whether ``ftcli users create`` exists.
        admin_option: What makes an admin in ``ftcli users update``.
        host: The loopback host that plain HTTP is accepted from.
        contract: Name of the contract that the release is the last of,
            ``""`` for none.
    """

    version: str
    scopes: tuple[str, ...]
    session: Literal["bearer", "cookies"]
    session_lifetime: int
    roles: bool
    pins: tuple[str, ...]
    needs: tuple[Literal["postgis", "libmagic"], ...]
    creates_users: bool
    admin_option: tuple[str, str]
    host: str
    contract: str = ""


def read(text: str) -> tuple[Release, ...]:
    """Read a table of releases, the oldest first.

    Raises:
        ValueError: A row cannot be read or is out of order; names it.
    """
    found: list[Release] = []
    state: dict[str, Any] = {"scopes": []}
    for version, changes in msgspec.toml.decode(text).items():
        scopes = sorted({*state["scopes"], *changes.get("scopes", ())})
        state |= {"contract": "", **changes, "scopes": scopes}
        try:
            row = msgspec.convert({"version": version, **state}, Release)
            newer = not found or Version(version) > Version(found[-1].version)
        except ValueError as error:
            raise ValueError(f"releases.toml: {version}: {error}") from None
        if not newer:
            raise ValueError(f"releases.toml: {version}: rows are in order")
        found.append(row)
    return tuple(found)


@cache
def releases() -> tuple[Release, ...]:
    """Return every release that changed something, the oldest first."""
    file = resources.files(__package__) / "releases.toml"
    return read(file.read_text("utf-8"))


def release(version: Version) -> Release:
    """Return what holds for a release; the first row for an older one."""
    rows = [r for r in releases() if Version(r.version) <= version]
    return rows[-1] if rows else releases()[0]


@cache
def contracts() -> dict[str, Release]:
    """Return the last release of each contract by name, the newest first."""
    return {r.contract: r for r in reversed(releases()) if r.contract}


def newest() -> str:
    """Return the newest release that the harness documents."""
    return next(iter(contracts().values())).version

"""FitTrackee's releases and their differences, from ``releases.toml``."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
from packaging.version import Version


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The properties of a release and of those up to the next listed one.

    Attributes:
        version: The first release with these properties.
        scopes: All scopes that an app can register, in alphabetical order.
        session: How a request carries the user's session.
        session_lifetime: Seconds until a session expires.
        roles: Whether users have a role and can be suspended.
        pins: Requirements that pip needs in addition to the release.
        needs: What the system needs in addition to PostgreSQL.
        creates_users: Whether ``ftcli users create`` exists.
        admin_option: The option of ``ftcli users update`` for an admin.
        host: The loopback host at which plain HTTP is accepted.
        contract: Name of the contract whose last release this is, ``""``
            for none.
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
    """Return the releases of a TOML text, the oldest first.

    Raises:
        ValueError: A row is invalid or not in order; the message names it.
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
            raise ValueError(f"releases.toml: {version}: not in order")
        found.append(row)
    return tuple(found)


@cache
def releases() -> tuple[Release, ...]:
    """Return the listed releases, the oldest first."""
    file = resources.files(__package__) / "releases.toml"
    return read(file.read_text("utf-8"))


def release(version: Version) -> Release:
    """Return the properties of a release, of the oldest if it is older."""
    rows = [r for r in releases() if Version(r.version) <= version]
    return rows[-1] if rows else releases()[0]


@cache
def contracts() -> dict[str, Release]:
    """Return the last release of each contract, by name, newest first."""
    return {r.contract: r for r in reversed(releases()) if r.contract}


def newest() -> str:
    """Return the newest release that has a contract."""
    return next(iter(contracts().values())).version

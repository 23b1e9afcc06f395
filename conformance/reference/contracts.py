"""What each contract has: its release, and texts of ``contracts.toml``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import Any

import msgspec

from conformance.catalogue import releases
from conformance.catalogue.scope_map import Route, routes

NEWEST = "newest"  # a name for the newest contract, whichever that is


@dataclass(frozen=True)
class Contract:
    """One step of FitTrackee's API.

    Attributes:
        name: Such as ``1.3`` or ``0.8``.
        release: The version that ``GET /api/config`` claims.
        session: ``cookies`` (with CSRF token) or ``bearer``.
        session_lifetime: Seconds until a user's own session ends.
        roles: Users have a role and may be suspended; else they are
            administrators or not.
        scopes: Every scope that an app can register.
        messages: Documented texts that differ between contracts.
    """

    name: str
    release: str
    session: str
    session_lifetime: int
    roles: bool
    scopes: tuple[str, ...]
    messages: dict[str, str]

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every route of the release, with the scope it needs."""
        return routes(self.release)


@functools.cache
def contracts() -> dict[str, Contract]:
    """Return the contracts by name, the newest first."""
    return {
        name: Contract(
            name=name,
            release=last.version,
            session=last.session,
            session_lifetime=last.session_lifetime,
            roles=last.roles,
            scopes=last.scopes,
            messages=of_contract("contracts.toml", name)["messages"],
        )
        for name, last in releases.contracts().items()
    }


def contract(name: str) -> Contract:
    """Return one contract, the first for ``newest``.

    Raises:
        KeyError: There is no contract of that name; the message is one
            line for the user.
    """
    known = contracts()
    if name == NEWEST:
        return next(iter(known.values()))
    if name not in known:
        names = ", ".join((NEWEST, *known))
        raise KeyError(f"no contract {name!r}: the reference has {names}")
    return known[name]


@functools.cache
def of_contract(file: str, name: str) -> dict[str, Any]:
    """Return what a TOML file here says of a contract.

    A contract without a table is as the one before it.
    """
    text = (resources.files(__package__) / file).read_text("utf-8")
    tables: dict[str, dict[str, Any]] = msgspec.toml.decode(text)
    names = list(releases.contracts())
    return next(tables[n] for n in names[names.index(name) :] if n in tables)

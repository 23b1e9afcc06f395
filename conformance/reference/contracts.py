"""What each contract has, read from ``contracts.toml``."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

from conformance.catalogue.scope_map import Route, routes


@dataclass(frozen=True)
class Contract:
    """One generation of FitTrackee's API.

    Attributes:
        name: ``newest``, ``0.8`` or ``0.7``.
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
    file = resources.files(__package__) / "contracts.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        name: Contract(
            name=name, **{**entry, "scopes": tuple(entry["scopes"])}
        )
        for name, entry in table.items()
    }


def contract(name: str) -> Contract:
    """Return one contract.

    Raises:
        KeyError: There is no contract of that name; the message is one
            line for the user.
    """
    known = contracts()
    if name not in known:
        raise KeyError(
            f"no contract {name!r}: the reference has {', '.join(known)}"
        )
    return known[name]

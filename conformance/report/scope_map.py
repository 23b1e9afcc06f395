"""The scope map as one grid: a route in each row, what it owes beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from conformance.catalogue.scope_map import releases, routes
from conformance.catalogue.scope_requirements import (
    FIRST_PARTY,
    KEPT_OUT,
    LET_IN,
    NO_DOWNGRADE,
    ScopeRequirement,
    promises,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.report.model import Requirement, Results

#: The directions, each with the heading of its column.
COLUMNS = {
    LET_IN: "Let in",
    KEPT_OUT: "Kept out",
    NO_DOWNGRADE: "No downgrade",
}

#: What has to hold of every route, by kind of promise.
TITLES = {
    LET_IN: "A token with the documented scope is let in.",
    KEPT_OUT: "A token without the documented scope is kept out.",
    FIRST_PARTY: "Every app's token is kept out.",
    NO_DOWNGRADE: "A bad token is refused where none is needed.",
}


@dataclass(frozen=True)
class Row:
    """One route.

    Attributes:
        method: HTTP method.
        path: Path with its placeholders, without their types.
        scope: What its documentation asks for, ``""`` where it says nothing.
        cells: The requirement in each column, None where there is none.
    """

    method: str
    path: str
    scope: str
    cells: tuple[Requirement | None, ...]


def promise(requirement: Requirement) -> ScopeRequirement | None:
    """Return what a requirement of the grid promises, None for others."""
    return _promises().get(requirement.id)


def plain(path: str) -> str:
    """Return a path, its placeholders without their types."""
    return re.sub(r"<\w+:", "<", path)


def members(results: Results) -> tuple[Requirement, ...]:
    """Return the requirements that stand in the grid."""
    return tuple(r for r in results.requirements if promise(r))


def grid(results: Results) -> list[Row]:
    """Return the rows of the grid, by path."""
    scopes = _documented(results.target.version)
    found: dict[tuple[str, str], dict[str, Requirement]] = {}
    for requirement in results.requirements:
        if made := promise(requirement):
            cells = found.setdefault((made.path, made.method), {})
            cells[made.direction] = requirement
    return [
        Row(
            method,
            plain(path),
            scopes.get(f"{method} {path}", ""),
            tuple(cells.get(column) for column in COLUMNS),
        )
        for (path, method), cells in sorted(found.items())
    ]


def together(
    found: Iterable[Requirement],
) -> list[tuple[Requirement, ...]]:
    """Join the findings that say the same of several routes.

    Each stands where the first of its kind stood; every other finding
    stays alone.
    """
    joined: dict[tuple[str, ...], list[Requirement]] = {}
    for requirement in found:
        made = promise(requirement)
        kind = (made.kind, requirement.verdict) if made else ()
        joined.setdefault(kind or (requirement.id,), []).append(requirement)
    return [tuple(kind) for kind in joined.values()]


@cache
def _promises() -> dict[str, ScopeRequirement]:
    return {made.id: made for made in promises()}


def _documented(version: str) -> dict[str, str]:
    """Return the scope of each route; the newest release's if unknown."""
    try:
        found = routes(version)
    except ValueError:
        found = routes(releases()[-1])
    return {route.name: route.documented for route in found}

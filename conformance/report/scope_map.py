"""The scope map as one grid: a route in each row, what it owes beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.results import (
        Duty,
        RequirementResult,
        Results,
        ScopedRoute,
    )

#: The directions, each with the heading of its column.
COLUMNS = {
    "let-in": "Let in",
    "kept-out": "Kept out",
    "no-downgrade": "No downgrade",
}

#: What has to hold of every route, by kind of duty.
TITLES = {
    "let-in": "A token with the documented scope is let in.",
    "kept-out": "A token without the documented scope is kept out.",
    "first-party": "Every app's token is kept out.",
    "no-downgrade": "A bad token is refused where none is needed.",
}


@dataclass(frozen=True)
class RouteRow:
    """One route.

    Attributes:
        method: HTTP method.
        path: Path with its placeholders.
        scope: What its documentation asks for, ``""`` where it says nothing.
        cells: The requirement in each column, None where there is none.
    """

    method: str
    path: str
    scope: str
    cells: tuple[RequirementResult | None, ...]


def duties(results: Results) -> dict[str, tuple[ScopedRoute, Duty]]:
    """Return the routes and their duties by requirement."""
    return {
        duty.requirement: (route, duty)
        for route in results.scope_map
        for duty in route.duties.values()
    }


def members(results: Results) -> tuple[RequirementResult, ...]:
    """Return the requirements that stand in the grid."""
    found = duties(results)
    return tuple(r for r in results.requirements if r.id in found)


def grid(results: Results) -> list[RouteRow]:
    """Return the rows of the grid."""
    requirements = {r.id: r for r in results.requirements}
    return [
        RouteRow(
            route.method,
            route.path,
            route.scope,
            tuple(
                requirements.get(route.duties[column].requirement)
                if column in route.duties
                else None
                for column in COLUMNS
            ),
        )
        for route in results.scope_map
    ]


def together(
    results: Results, found: Iterable[RequirementResult]
) -> list[tuple[RequirementResult, ...]]:
    """Join the findings that say the same of several routes.

    Each stands where the first of its kind stood; every other finding
    stays alone.
    """
    known = duties(results)
    joined: dict[tuple[str, ...], list[RequirementResult]] = {}
    for requirement in found:
        kind: tuple[str, ...] = (requirement.id,)
        if requirement.id in known:
            _, duty = known[requirement.id]
            kind = duty.kind, requirement.verdict
        joined.setdefault(kind, []).append(requirement)
    return [tuple(alike) for alike in joined.values()]

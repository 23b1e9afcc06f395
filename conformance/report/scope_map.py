"""The table of the scope map: one route in each row."""

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

#: The headings of the columns, by direction.
COLUMNS = {
    "let-in": "Accepts",
    "kept-out": "Rejects",
    "no-downgrade": "No downgrade",
}

#: The requirement on every route, by kind of duty.
TITLES = {
    "let-in": "A token with the documented scope is accepted.",
    "kept-out": "A token without the documented scope is rejected.",
    "first-party": "Every app's token is rejected.",
    "no-downgrade": "An invalid token is rejected, though none is required.",
}


@dataclass(frozen=True)
class RouteRow:
    """One row of the table.

    Attributes:
        method: HTTP method.
        path: Path with its placeholders.
        scope: The documented scope, ``""`` if none is documented.
        cells: The requirement in each column, None for an empty cell.
    """

    method: str
    path: str
    scope: str
    cells: tuple[RequirementResult | None, ...]


def duties(results: Results) -> dict[str, tuple[ScopedRoute, Duty]]:
    """Return the route and the duty of each requirement, by its id."""
    return {
        duty.requirement: (route, duty)
        for route in results.scope_map
        for duty in route.duties.values()
    }


def members(results: Results) -> tuple[RequirementResult, ...]:
    """Return the requirements in the table."""
    found = duties(results)
    return tuple(r for r in results.requirements if r.id in found)


def grid(results: Results) -> list[RouteRow]:
    """Return the rows of the table."""
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


def grouped(
    results: Results, found: Iterable[RequirementResult]
) -> list[tuple[RequirementResult, ...]]:
    """Return findings in groups, each at the position of its first member.

    Findings that share a cause are a group, and so are those of the scope
    map of one kind and verdict; every other finding is a group of its own.
    """
    known = duties(results)
    groups: dict[tuple[str, ...], list[RequirementResult]] = {}
    for requirement in found:
        kind: tuple[str, ...] = (requirement.id,)
        if requirement.cause:
            kind = "cause", requirement.cause
        elif requirement.id in known:
            _, duty = known[requirement.id]
            kind = duty.kind, requirement.verdict
        groups.setdefault(kind, []).append(requirement)
    return [tuple(group) for group in groups.values()]

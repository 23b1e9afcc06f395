"""The set-ups behind proxies as one grid: a set-up in each row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.results import Results, ScenarioResult

_CELL = re.compile(r"deployment/[^\[]*\[(?P<proxy>[a-z]+)-(?P<row>.+)\]")


@dataclass(frozen=True)
class SetUpRow:
    """One set-up.

    Attributes:
        title: What it is.
        expected: Its expected outcome, in words.
        cells: The scenarios behind each proxy, the worst first.
    """

    title: str
    expected: str
    cells: tuple[tuple[ScenarioResult, ...], ...]


def members(results: Results) -> tuple[ScenarioResult, ...]:
    """Return the scenarios that stand in the grid."""
    return tuple(s for found in _cells(results).values() for s in found)


def columns(results: Results) -> dict[str, str]:
    """Return the proxies that stand in the grid, with their titles."""
    return results.proxies


def grid(results: Results) -> list[SetUpRow]:
    """Return the rows of the grid."""
    cells = _cells(results)
    return [
        SetUpRow(
            row.title,
            row.expected,
            tuple(
                tuple(cells.get((proxy, row.name), ()))
                for proxy in columns(results)
            ),
        )
        for row in results.set_ups
    ]


def _cells(results: Results) -> dict[tuple[str, str], list[ScenarioResult]]:
    rows = {row.name for row in results.set_ups}
    found: dict[tuple[str, str], list[ScenarioResult]] = {}
    for scenario in sorted(results.scenarios, key=lambda s: s.verdict.rank):
        cell = _CELL.fullmatch(scenario.id)
        if cell and cell["row"] in rows and cell["proxy"] in results.proxies:
            place = cell["proxy"], cell["row"]
            found.setdefault(place, []).append(scenario)
    return found

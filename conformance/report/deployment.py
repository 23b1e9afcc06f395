"""The set-ups behind proxies as one grid: a set-up in each row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.proxies import PROXIES
from conformance.proxies.matrix import ROWS
from conformance.proxies.row import Expected

if TYPE_CHECKING:
    from conformance.report.model import Results, Scenario

#: What has to come of a set-up, in words.
EXPECTED = {
    Expected.WORKS: "works",
    Expected.REFUSED: "is refused cleanly",
    Expected.REDIRECTED: "answers over HTTPS only",
    Expected.EITHER: "works, or is refused cleanly",
    Expected.MISSED: "is refused cleanly",
}

_CELL = re.compile(r"deployment/[^\[]*\[(?P<proxy>[a-z]+)-(?P<row>.+)\]")


@dataclass(frozen=True)
class Row:
    """One set-up.

    Attributes:
        title: What it is.
        expected: What has to come of it, in words.
        cells: The scenarios behind each proxy, the worst first.
    """

    title: str
    expected: str
    cells: tuple[tuple[Scenario, ...], ...]


def members(results: Results) -> tuple[Scenario, ...]:
    """Return the scenarios that stand in the grid."""
    return tuple(s for s in results.scenarios if _CELL.fullmatch(s.id))


def columns(results: Results) -> dict[str, str]:
    """Return the proxies that stand in the grid, with their titles."""
    met = {proxy for proxy, _ in _cells(results)}
    return {n: p.title for n, p in PROXIES.items() if n in met}


def grid(results: Results) -> list[Row]:
    """Return the rows of the grid."""
    cells = _cells(results)
    met = {row for _, row in cells}
    return [
        Row(
            row.title,
            EXPECTED[row.expected],
            tuple(
                tuple(cells.get((proxy, row.name), ()))
                for proxy in columns(results)
            ),
        )
        for row in ROWS
        if row.name in met
    ]


def _cells(results: Results) -> dict[tuple[str, str], list[Scenario]]:
    found: dict[tuple[str, str], list[Scenario]] = {}
    for scenario in sorted(results.scenarios, key=lambda s: s.verdict.rank):
        if cell := _CELL.fullmatch(scenario.id):
            place = cell["proxy"], cell["row"]
            found.setdefault(place, []).append(scenario)
    return found

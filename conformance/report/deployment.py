"""The table of proxy set-ups: one set-up in each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.results import Results, ScenarioResult


@dataclass(frozen=True)
class SetUpRow:
    """One row of the table.

    Attributes:
        title: A short description of the set-up.
        expected: The expected outcome, in words.
        cells: The scenarios of each proxy, worst verdict first.
    """

    title: str
    expected: str
    cells: tuple[tuple[ScenarioResult, ...], ...]


def members(results: Results) -> tuple[ScenarioResult, ...]:
    """Return the scenarios in the table, worst verdict first."""
    ids = {
        id_
        for row in results.set_ups
        for ids in row.scenarios.values()
        for id_ in ids
    }
    found = [s for s in results.scenarios if s.id in ids]
    return tuple(sorted(found, key=lambda s: s.verdict.rank))


def grid(results: Results) -> list[SetUpRow]:
    """Return the rows, with a cell for each of ``results.proxies``."""
    scenarios = members(results)
    return [
        SetUpRow(
            row.title,
            row.expected,
            tuple(
                tuple(s for s in scenarios if s.id in row.scenarios[proxy])
                if proxy in row.scenarios
                else ()
                for proxy in results.proxies
            ),
        )
        for row in results.set_ups
    ]

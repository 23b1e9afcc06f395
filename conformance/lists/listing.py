"""The output of ``fittrackee-conformance list``."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from rich.table import Table

from conformance import faults
from conformance.catalogue import catalogue
from conformance.errors import HarnessError
from conformance.run import isolation
from conformance.run.command import arguments
from conformance.run.selection import requirement_ids, title
from conformance.scenario_files import scenario_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalogue import Requirement

Row = dict[str, Any]


class _Collected:
    """A pytest plugin that lists the collected scenarios."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            last = report.longreprtext.strip().splitlines()[-1:]
            self.problems.append(f"{report.nodeid}: {' '.join(last)}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.rows = [
            {
                "id": scenario_id(item.path, item.name),
                "title": title(item),
                "requirements": list(requirement_ids(item)),
            }
            for item in session.items
        ]


def scenario_rows() -> list[Row]:
    """Return every scenario: ``{id, title, requirements}``."""
    collected = _Collected()
    words = [*arguments(), "--collect-only", "-q"]
    with contextlib.redirect_stdout(io.StringIO()), isolation.environment():
        status = pytest.main(words, plugins=[collected])
    if status != pytest.ExitCode.OK:
        raise HarnessError("; ".join(collected.problems) or "no scenario")
    return collected.rows


def fault_rows() -> list[Row]:
    """Return every fault: ``{name, violates, summary}``."""
    faults.load()
    return [
        {"name": f.name, "violates": list(f.violates), "summary": f.summary}
        for f in faults.all_faults()
    ]


def requirement_rows() -> list[Row]:
    """Return every requirement with its scenarios and faults."""
    scenarios, all_faults = scenario_rows(), fault_rows()
    return [_requirement_row(r, scenarios, all_faults) for r in catalogue()]


def _requirement_row(
    requirement: Requirement, scenarios: list[Row], all_faults: list[Row]
) -> Row:
    return {
        "id": requirement.id,
        "level": str(requirement.level),
        "title": requirement.title,
        "sources": [vars(source) for source in requirement.sources],
        "since": requirement.since,
        "until": requirement.until,
        "scenarios": [
            s["id"] for s in scenarios if requirement.id in s["requirements"]
        ],
        "faults": [
            f["name"] for f in all_faults if requirement.id in f["violates"]
        ],
        "untested": requirement.untested,
        "unkillable": requirement.unkillable,
    }


_ROWS: dict[str, tuple[Callable[[], list[Row]], tuple[str, ...]]] = {
    "requirements": (requirement_rows, ("id", "level", "title")),
    "scenarios": (scenario_rows, ("id", "title")),
    "faults": (fault_rows, ("name", "summary")),
}
KINDS = tuple(_ROWS)


def show(what: str, *, as_json: bool) -> str:
    """Return a list as a table, or as a top-level JSON array."""
    rows, columns = _ROWS[what]
    listed = rows()
    if as_json:
        return json.dumps(listed, indent=2, ensure_ascii=False)
    table = Table(*columns, box=None, pad_edge=False, highlight=False)
    for row in listed:
        table.add_row(*(str(row[column]) for column in columns))
    # Ids contain brackets and colons, which rich must not interpret.
    console = Console(
        file=io.StringIO(),
        width=max(_width(listed, columns), 40),
        markup=False,
        emoji=False,
    )
    console.print(table)
    lines = str(console.file.getvalue()).splitlines()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in lines)


def _width(rows: list[Row], columns: tuple[str, ...]) -> int:
    """Return a width at which no line wraps, so that lines can be grepped."""
    return 4 + sum(
        max((len(str(row[column])) for row in rows), default=0) + 2
        for column in columns
    )

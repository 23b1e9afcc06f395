"""Writes a release's columns of the two scope tables from its package.

``python -m conformance.lists.scope_tables RELEASE…`` in a checkout, where
RELEASE is a wheel or sdist of FitTrackee, or a version that pip downloads.
The tables are ``requirements/scope-map/declared.csv`` and
``documented.csv``. The output lists how each release differs from the one
before it, and which of its scopes ``catalogue/releases.toml`` lacks. With
``--check`` nothing is written, and the exit status is 1 when a table differs
from the release's source.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from packaging.version import InvalidVersion, Version

from conformance.catalogue.scope_map import without_placeholder_names
from conformance.catalogue.scopes import scopes
from conformance.errors import HarnessError
from conformance.lists.release_routes import (
    PACKAGE,
    read_package,
    registrable_scopes,
    route_facts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.lists.release_routes import Package, RouteFacts

FOLDER = Path(__file__).parents[1] / "requirements" / "scope-map"
TIMEOUT = 300  # seconds for a download
NAMES = ("declared.csv", "documented.csv")
FLAGS = ("allow_suspended", "rate_limit_exempt")
Cells = dict[tuple[str, str], str]  # by method and path


@dataclass
class ScopeTable:
    """One table: a row for each method and path, a column for each release."""

    file: Path
    rows: list[dict[str, str]]
    columns: list[str]

    @classmethod
    def read(cls, file: Path) -> ScopeTable:
        """Read a table."""
        rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
        return cls(file, rows, list(rows[0])[2:])

    def write(self) -> None:
        """Write the table, rows by path and releases by version."""
        versions = sorted(filter(_is_version, self.columns), key=Version)
        flags = [c for c in self.columns if not _is_version(c)]
        names = ["method", "path", *versions, *flags]
        self.rows.sort(key=lambda row: (row["path"], row["method"]))
        with self.file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, names, restval="")
            writer.writeheader()
            writer.writerows(self.rows)

    def put(self, column: str, cells: Cells) -> None:
        """Set a column; add rows for new routes."""
        if column not in self.columns:
            self.columns.append(column)
        for row in self.rows:
            row[column] = ""
        for (method, path), cell in cells.items():
            self._row(method, path)[column] = cell

    def differences(self, column: str, cells: Cells) -> list[str]:
        """Return one line for each cell that differs from a column's."""
        actual = _by_route({_route(row): row[column] for row in self.rows})
        expected = _by_route(cells)
        return [
            f"{self.file.name}: {column}: {' '.join(route)}: "
            f"{actual.get(route, '') or 'nothing'} in the table, "
            f"{expected.get(route, '') or 'nothing'} in the release"
            for route in sorted(actual.keys() | expected.keys())
            if actual.get(route, "") != expected.get(route, "")
        ]

    def changes(self, column: str) -> list[str]:
        """Return one line for each cell that a release changed."""
        version = Version(column)
        versions = [Version(c) for c in self.columns if _is_version(c)]
        before = max((v for v in versions if v < version), default=None)
        if before is None:
            return []
        return [
            f"{self.file.name}: {row['method']} {row['path']}: "
            f"{row.get(str(before)) or 'nothing'} in {before}, "
            f"{row[column] or 'nothing'} in {column}"
            for row in self.rows
            if row.get(str(before), "") != row[column]
        ]

    def _row(self, method: str, path: str) -> dict[str, str]:
        """Return a route's row, added when it has none.

        A route whose placeholders were renamed keeps its row, and so the ids
        of its requirements.
        """
        route = method, without_placeholder_names(path)
        for row in self.rows:
            if _route(row) == (method, path):
                return row
        for row in self.rows:
            if (
                row["method"],
                without_placeholder_names(row["path"]),
            ) == route:
                return row
        self.rows.append({"method": method, "path": path})
        return self.rows[-1]


def cells_of(
    facts: Iterable[RouteFacts], release: str
) -> tuple[dict[str, Cells], dict[str, Cells]]:
    """Return the columns for ``declared.csv`` and ``documented.csv``."""
    by = {(fact.method, fact.path): fact for fact in facts}
    declared = {release: {route: f.declared for route, f in by.items()}}
    for flag in FLAGS:
        declared[f"{flag}_{release}"] = {
            route: str(getattr(fact, flag)) for route, fact in by.items()
        }
    documented = {route: f.documented for route, f in by.items()}
    return declared, {release: documented}


def update(file: Path, folder: Path, *, check: bool) -> list[str]:
    """Write a release's columns, or compare them.

    Returns:
        Lines of what the release changed, or of differences to a table.
    """
    package = read_package(file)
    lines = []
    columns = cells_of(route_facts(package), package.version)
    for name, by_column in zip(NAMES, columns, strict=True):
        table = ScopeTable.read(folder / name)
        if check and name == NAMES[0] and package.version not in table.columns:
            return [f"{name}: no column {package.version}"]
        for column, cells in by_column.items():
            if not check:
                table.put(column, cells)
            elif column in table.columns:
                lines += table.differences(column, cells)
        if not check:
            lines += table.changes(package.version)
            table.write()
    return lines + _scope_differences(package)


def _scope_differences(package: Package) -> list[str]:
    """Return lines of scopes that ``releases.toml`` lists wrongly."""
    listed = set(scopes(package.version))
    actual = registrable_scopes(package)
    return [
        f"releases.toml: {package.version}: {scope}: "
        f"{'listed, but not' if scope in listed else 'not listed, but'} "
        f"in the release"
        for scope in sorted(listed ^ actual)
    ]


def _by_route(cells: Cells) -> Cells:
    return {
        (m, without_placeholder_names(p)): cell
        for (m, p), cell in cells.items()
        if cell
    }


def _route(row: dict[str, str]) -> tuple[str, str]:
    return row["method"], row["path"]


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def download(version: str, folder: Path) -> Path:
    """Return a release's wheel, downloaded by pip and not installed.

    Raises:
        HarnessError: pip cannot download it.
    """
    asked = f"{PACKAGE}=={version}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps"]
    done = subprocess.run(  # noqa: S603
        [*command, "--quiet", "--dest", str(folder), asked],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    found = sorted(folder.glob(f"{PACKAGE}-*"))
    if done.returncode or not found:
        why = re.sub(r"\s+", " ", done.stderr.rpartition("ERROR: ")[2])
        raise HarnessError(f"pip cannot download {asked}: {why.strip()}")
    return found[0]


@click.command(help=(__doc__ or "").replace("``", ""))
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE…")
@click.option("--check", is_flag=True, help="Compare, and write nothing.")
def main(releases: tuple[str, ...], *, check: bool) -> None:
    """Write or compare the columns of releases."""
    lines: list[str] = []
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for number, release in enumerate(releases):
                folder = Path(scratch, str(number))
                file = (
                    download(release, folder)
                    if _is_version(release)
                    else Path(release)
                )
                lines += update(file, FOLDER, check=check)
    except HarnessError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    for line in lines:
        click.echo(line)
    if check and lines:
        sys.exit(1)


if __name__ == "__main__":
    main()

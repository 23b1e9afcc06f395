"""Compares two results: the scenarios whose verdicts differ.

    python -m conformance.run.compare BEFORE AFTER

prints a line for each; exit status 0 if there are none, 1 otherwise, 2 for a
file that cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.errors import HarnessError
from conformance.results import read

if TYPE_CHECKING:
    from conformance.results import Results
    from conformance.results.verdict import Verdict

RACES = "properties/test_races"  # their results depend on timing


@dataclass(frozen=True)
class VerdictChange:
    """A scenario whose verdict changed.

    Attributes:
        scenario: Its id.
        before: Its verdict before, None if it did not run.
        after: Its verdict after, None if it did not run.
        message: Its message after, ``""`` if it did not run.
    """

    scenario: str
    before: Verdict | None
    after: Verdict | None
    message: str = ""

    def __str__(self) -> str:
        """Return the change on one line."""
        message = " ".join(self.message.split())
        return (
            f"{self.scenario}: {self.before or 'absent'} -> "
            f"{self.after or 'absent'} {message}".rstrip()
        )


def compare(before: Results, after: Results) -> list[VerdictChange]:
    """Return the scenarios whose verdicts differ, sorted by id."""
    old = {s.id: s.verdict for s in before.scenarios}
    new = {s.id: s for s in after.scenarios}
    return [
        VerdictChange(name, old.get(name), None)
        if name not in new
        else VerdictChange(
            name, old.get(name), new[name].verdict, new[name].message
        )
        for name in sorted(old.keys() | new.keys())
        if name not in new or old.get(name) is not new[name].verdict
    ]


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--no-races", is_flag=True, help="Leave race scenarios out.")
@click.pass_context
def main(
    context: click.Context, before: Path, after: Path, *, no_races: bool
) -> None:
    """Print the scenarios whose verdict differs between two results.json."""
    try:
        changes = compare(read(before), read(after))
    except HarnessError as error:
        click.echo(f"error: {error.message}", err=True)
        context.exit(2)
    if no_races:
        changes = [c for c in changes if not c.scenario.startswith(RACES)]
    for change in changes:
        click.echo(str(change))
    click.echo(f"{len(changes)} scenarios changed")
    context.exit(1 if changes else 0)


if __name__ == "__main__":
    main()

"""What changed between two results: scenarios whose verdict is another.

    python -m conformance.run.compare BEFORE AFTER

prints a line for each and ends with 0 when there is none, with 1 otherwise.
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

RACES = "properties/test_races"  # luck decides which of them are lost


@dataclass(frozen=True)
class Change:
    """A scenario with another verdict than before.

    Attributes:
        scenario: Its id.
        before: Its verdict then, None when it did not run.
        after: Its verdict now, None when it did not run.
        message: What it says now, ``""`` when it did not run.
    """

    scenario: str
    before: Verdict | None
    after: Verdict | None
    message: str = ""

    def __str__(self) -> str:
        """Return the change on one line."""
        said = " ".join(self.message.split())
        return (
            f"{self.scenario}: {self.before or 'absent'} -> "
            f"{self.after or 'absent'} {said}".rstrip()
        )


def compare(before: Results, after: Results) -> list[Change]:
    """Return the scenarios whose verdict changed, by id."""
    old = {s.id: s.verdict for s in before.scenarios}
    new = {s.id: s for s in after.scenarios}
    return [
        Change(name, old.get(name), None)
        if name not in new
        else Change(name, old.get(name), new[name].verdict, new[name].message)
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

"""The ``fittrackee-conformance`` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import conformance
from conformance import listing, options, runner
from conformance.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Sequence

PATH = click.Path(path_type=Path)


class OneLineErrors(click.Group):
    """Shows what goes wrong on one line and ends with status 2."""

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run the command; never a traceback for the user's mistakes."""
        try:
            return super().main(args, **extra)
        except HarnessError as error:
            click.echo(f"error: {error.message}", err=True)
            if error.detail:
                click.echo(error.detail, err=True)
        except KeyboardInterrupt:
            click.echo("error: interrupted", err=True)
        sys.exit(2)


@click.group(cls=OneLineErrors)
@click.version_option(conformance.__version__)
def main() -> None:
    """Tell the truth about a FitTrackee server's OAuth 2.0."""


@main.command()
@click.option(
    "--target",
    default=options.Options.target,
    show_default=True,
    help="reference, a URL, or pip:fittrackee==X.",
)
@click.option("--proxy", default="", help="Reverse proxy to put in front.")
@click.option(
    "--report",
    type=PATH,
    default=options.DEFAULT_REPORT,
    show_default=True,
    metavar="DIR",
    help="Folder for index.html, results.json and junit.xml.",
)
@click.option(
    "--requirement",
    multiple=True,
    metavar="GLOB",
    help="Judge only requirements whose id matches; repeatable.",
)
@click.option(
    "--known", type=PATH, metavar="FILE", help="List of accepted deviations."
)
@click.option(
    "--fail-on",
    type=click.Choice(options.LEVELS),
    default=options.LEVELS[0],
    show_default=True,
    help="The weakest level whose violation makes the run red.",
)
@click.option(
    "--read-only",
    is_flag=True,
    help="Send nothing that could change the instance.",
)
@click.option("--fault", default="", help="Break the reference this way.")
@click.option(
    "--workers",
    type=click.IntRange(min=0, max=64),
    default=0,
    show_default=True,
    help="Processes that run scenarios side by side; 0 for none.",
)
def run(*, workers: int, **chosen: Any) -> None:
    """Judge a target and write a report.

    Exit status: 0 conforms, 1 violations, 2 could not be judged.
    """
    sys.exit(runner.run(options.Options(**chosen), workers))


@main.command("list")
@click.argument("what", type=click.Choice(listing.KINDS))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_(what: str, *, as_json: bool) -> None:
    """List requirements, scenarios or faults."""
    click.echo(listing.show(what, as_json=as_json))


@main.command()
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65535),
    default=5000,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option("--fault", default="", help="Break the server this way.")
def serve(port: int, fault: str) -> None:
    """Run the reference server by hand until Ctrl-C."""
    from conformance import serving

    serving.serve_until_interrupted(port, fault, click.echo)


if __name__ == "__main__":
    main()

"""The ``fittrackee-conformance`` command."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

import click

import conformance
from conformance.errors import HarnessError
from conformance.evidence.octets import printable
from conformance.lists import listing
from conformance.options import OPTIONS, Option, Options
from conformance.run import command, isolation, output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Run = Callable[..., None]

NAME = "fittrackee-conformance"


class OneLineErrors(click.Group):
    """Reports an error on one line and exits with status 2."""

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run the command; usage errors never show a traceback."""
        if args is None:  # this process is the command
            isolation.start_again()
        with output.steady():
            self._run(args, **{"prog_name": NAME, **extra})

    def _run(self, args: Sequence[str] | None, **extra: Any) -> None:
        try:
            sys.exit(super().main(args, standalone_mode=False, **extra))
        except HarnessError as error:
            _say(error.message, error.detail)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else self.name
            _say(f"{error.format_message()} (see: {path} --help)")
        except click.ClickException as error:
            _say(error.format_message())
        except (click.Abort, KeyboardInterrupt):
            _say("interrupted")
        except Exception as error:
            # Python's own exit status, 1, would mean violations.
            _say(
                f"a defect of the harness, please report it: {error!r}",
                traceback.format_exc(),
            )
        sys.exit(2)


def _say(message: str, detail: str = "") -> None:
    click.echo(f"error: {printable(' '.join(message.split()))}", err=True)
    if detail:
        click.echo(printable(detail.rstrip()), err=True)


@click.group(cls=OneLineErrors, no_args_is_help=False)
@click.version_option(conformance.__version__)
def main() -> None:
    """A conformance test suite for FitTrackee's OAuth 2.0 provider."""


def _click_option(one: Option) -> Callable[[Run], Run]:
    """Return the decorator that gives a command an option of a run."""
    default = f"  [default: {one.shown_default}]" * bool(one.shown_default)
    text = one.plain_help[0].upper() + one.plain_help[1:]
    return click.option(
        one.name,
        help=f"{text}.{default}",
        metavar=one.metavar or None,
        # None marks an option that is not given: a variable may set it.
        default=False if one.is_flag else None,
        **({"is_flag": True} if one.is_flag else {"type": one.type}),
        multiple=one.repeatable,
    )


def _takes_options(function: Run) -> Run:
    """Give a command all options of a run."""
    for one in reversed(OPTIONS):
        function = _click_option(one)(function)
    return function


@main.command()
@_takes_options
def run(**given: Any) -> None:
    """Test a target and write a report.

    Exit status: 0 conforms (or partial: a selection without violations),
    1 violations, 2 not judged.

    An environment variable such as FITTRACKEE_CONFORMANCE_SEED sets an option
    that is not given; options that select, excuse or soften have none.
    """
    sys.exit(command.run(Options.chosen(given, os.environ)))


@main.command("list")
@click.argument("what", type=click.Choice(listing.KINDS))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_(what: str, *, as_json: bool) -> None:
    """List requirements, scenarios or faults."""
    click.echo(listing.show(what, as_json=as_json))
    error = output.lost()
    if error and error.errno != errno.EPIPE:
        raise HarnessError(f"the list cannot be printed: {error.strerror}")


@main.command()
@click.option(
    "--port",
    type=click.IntRange(min=0, max=65535),
    default=5000,
    show_default=True,
    help="Port on 127.0.0.1; 0 for any free one.",
)
@click.option(
    "--contract",
    default="newest",
    show_default=True,
    help="Version of FitTrackee's API: newest, 1.3, 0.8 or 0.7.",
)
@click.option(
    "--database-url",
    metavar="URL",
    help="sqlite:///FILE or postgresql://…; by default a temporary database.",
)
@click.option(
    "--rate-limit",
    metavar="LIMITS",
    help="Such as '300 per 5 minutes'; by default no limit.",
)
@click.option(
    "--access-token-lifetime",
    type=click.IntRange(min=1, max=10**9),
    metavar="SECONDS",
    help="By default ten days; a short one lets an app refresh often.",
)
@click.option("--fault", metavar="NAME", help="Apply a named fault.")
@click.option(
    "--redirect-uri",
    "redirect_uris",
    multiple=True,
    metavar="URI",
    help="Of the registered app; repeatable.  "
    "[default: http://127.0.0.1:8000/callback]",
)
def serve(*, redirect_uris: tuple[str, ...], **chosen: Any) -> None:
    """Run an OAuth 2.0 server to develop an app against.

    Users and an app are created, and printed. Ctrl-C stops it.
    """
    from conformance.serve import command

    if redirect_uris:
        chosen["redirect_uris"] = redirect_uris
    command.serve_until_interrupted(command.ServeOptions(**chosen), click.echo)


@main.command()
@click.option("--target", required=True, metavar="URL", help="Its URL.")
@click.option(
    "--http-port",
    type=click.IntRange(min=1, max=65535),
    metavar="N",
    help="Port of plain HTTP.  [default: 80 if the URL's is 443]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, target: str, http_port: int | None, as_json: bool) -> None:
    """Diagnose the reverse proxy in front of a FitTrackee.

    Exit status: 0 no findings, 1 findings, 2 not judged.
    """
    from conformance import doctor as doctors

    subject = doctors.Subject.from_url(target, http_port)
    found = doctors.diagnose(subject)
    if as_json:
        click.echo(doctors.as_json(found))
    else:
        click.echo(doctors.as_text(found, colours=sys.stdout.isatty()))
    sys.exit(found.status)


if __name__ == "__main__":
    main()

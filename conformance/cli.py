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
from conformance.lists import listing
from conformance.options import OPTIONS, Option, Options
from conformance.run import alone, command, output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Run = Callable[..., None]

NAME = "fittrackee-conformance"


class OneLineErrors(click.Group):
    """Shows what goes wrong on one line and ends with status 2."""

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run the command; never a traceback for the user's mistakes."""
        if args is None:  # this process is the command
            alone.start_again()
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
    click.echo(f"error: {_printable(' '.join(message.split()))}", err=True)
    if detail:
        click.echo(_printable(detail.rstrip()), err=True)


def _printable(text: str) -> str:
    """Return a text that steers no terminal: it may be a server's."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


@click.group(cls=OneLineErrors, no_args_is_help=False)
@click.version_option(conformance.__version__)
def main() -> None:
    """Tell the truth about a FitTrackee server's OAuth 2.0."""


def _click_option(one: Option) -> Callable[[Run], Run]:
    """Return the decorator that gives a command an option of a run."""
    default = f"  [default: {one.shown_default}]" * bool(one.shown_default)
    text = one.plain_help[0].upper() + one.plain_help[1:]
    return click.option(
        one.name,
        help=f"{text}.{default}",
        metavar=one.metavar or None,
        # Not given is not the same as the default: a variable may say more.
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
    """Judge a target and write a report.

    Exit status: 0 conforms (or partial: a selection without violations),
    1 violations, 2 could not be judged.

    A variable such as FITTRACKEE_CONFORMANCE_SEED sets what is not given;
    what selects, excuses or softens has none.
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
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--contract",
    default="newest",
    show_default=True,
    help="Which step of FitTrackee's API: newest, 1.3, 0.8 or 0.7.",
)
@click.option(
    "--database-url",
    metavar="URL",
    help="sqlite:///FILE or postgresql://…; temporary without it.",
)
@click.option(
    "--rate-limit",
    metavar="LIMITS",
    help="Such as '300 per 5 minutes'; none without it.",
)
@click.option(
    "--access-token-lifetime",
    type=click.IntRange(min=1, max=10**9),
    metavar="SECONDS",
    help="Ten days without it; a short one shows how an app refreshes.",
)
@click.option("--fault", metavar="NAME", help="Break the server this way.")
@click.option(
    "--redirect-uri",
    "redirect_uris",
    multiple=True,
    metavar="URI",
    help="Of the app that is ready; repeatable.  "
    "[default: http://127.0.0.1:8000/callback]",
)
def serve(*, redirect_uris: tuple[str, ...], **chosen: Any) -> None:
    """Serve an OAuth 2.0 server to develop an app against.

    Users and an app are ready, and are printed. Ctrl-C stops it.
    """
    from conformance.serve import command

    if redirect_uris:
        chosen["redirect_uris"] = redirect_uris
    command.serve_until_interrupted(command.ServeOptions(**chosen), click.echo)


@main.command()
@click.option("--target", required=True, metavar="URL", help="Its address.")
@click.option(
    "--http-port",
    type=click.IntRange(min=1, max=65535),
    metavar="N",
    help="Where plain HTTP is.  [default: 80 beside 443]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, target: str, http_port: int | None, as_json: bool) -> None:
    """Say what is wrong about the proxy in front of a FitTrackee.

    Exit status: 0 nothing found, 1 findings, 2 could not be judged.
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

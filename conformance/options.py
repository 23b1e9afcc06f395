"""The options of a run, each declared once.

The fields of :class:`Options` are the one place that says what an option is
called, takes and means. From them come the options of the command and of
pytest, the variables of the environment that may be set instead, the table
in the README, and the options that a report shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "FITTRACKEE_CONFORMANCE_"
LEVELS = ("must", "should")
APP_WORKERS = range(1, 65)


@dataclass(frozen=True, kw_only=True)
class Option:
    """What there is to say about one option.

    Attributes:
        field: Its name in Options and in ``results.json``.
        default: Its value where nobody chose one.
        help: What it is for: Markdown, no full stop.
        type: Reads and checks what was typed.
        metavar: Stands for its value, ``""`` for none of its own.
        default_text: The default where it is worked out later.
        repeatable: Whether it may be given several times.
        twin: Whether a variable of the environment may set it. What
            selects, excuses or softens has none: a verdict must not depend
            on something that no command line shows.
        reported: Whether it stands among the options of ``results.json``.
        command_only: Whether pytest has one of its own in its place.
        page: A page of the documentation, or a heading of the README, that
            says more.
    """

    field: str = ""
    default: Any = None
    help: str
    type: click.ParamType[Any] = click.STRING
    metavar: str = ""
    default_text: str = ""
    repeatable: bool = False
    twin: bool = False
    reported: bool = True
    command_only: bool = False
    page: str = ""

    @property
    def name(self) -> str:
        """How it is typed, such as ``--fail-on``."""
        return f"--{self.field.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The variable that may set it, ``""`` for none."""
        return f"{PREFIX}{self.field.upper()}" if self.twin else ""

    @property
    def is_flag(self) -> bool:
        """Whether it takes no value on a command line."""
        return self.type is click.BOOL

    @property
    def plain_help(self) -> str:
        """What it is for, without Markdown."""
        return self.help.replace("`", "")

    @property
    def shown_default(self) -> str:
        """The default as a reader is told it, ``""`` for none."""
        if self.default_text or self.is_flag or self.repeatable:
            return self.default_text
        return "" if self.default is None else str(self.default)

    def read(self, given: Any, said_by: str) -> Any:
        """Return the value that was given as text, or has been read before.

        Args:
            given: A text, a value, or several when it is repeatable.
            said_by: The option's name or its variable, for the message.

        Raises:
            UsageError: The value is not valid.
        """
        try:
            if self.repeatable:
                return tuple(self.type.convert(g, None, None) for g in given)
            return self.type.convert(given, None, None)
        except click.BadParameter as error:
            raise UsageError(
                f"{said_by}: {error.message.rstrip('.')}"
            ) from None

    def plain(self, value: Any) -> Any:
        """Return a value as JSON and a reader may have it: no folder."""
        if isinstance(self.type, click.Path):
            return value.name if value else ""
        return list(value) if self.repeatable else value


def option(default: Any, **about: Any) -> Any:
    """Declare a field of Options; its arguments are those of Option."""
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Options:
    """What a user chose.

    Attributes:
        twins: The fields that a variable of the environment has set.
    """

    target: str = option(
        "reference",
        help="what to judge: `reference`, a URL, or `pip:fittrackee==X`",
        metavar="T",
        twin=True,
        reported=False,  # it is more than what was typed
    )
    proxy: str = option(
        "",
        help="reverse proxy to put in front, with TLS: nginx, caddy, apache, "
        "haproxy or traefik",
        metavar="NAME",
        twin=True,
        page="docs/proxies.md",
    )
    app_workers: int | None = option(
        None,
        help="workers that serve an app which the harness starts; 1 is "
        "FitTrackee's own start, and leaves races unjudged",
        type=click.IntRange(APP_WORKERS[0], APP_WORKERS[-1]),
        metavar="N",
        default_text="as many as races need",
        twin=True,
        page="docs/races.md",
    )
    report: Path = option(
        Path("reports") / "last",
        help="folder for `index.html`, `results.json` and `junit.xml`",
        type=click.Path(path_type=Path),
        metavar="DIR",
        twin=True,
        reported=False,
    )
    requirement: tuple[str, ...] = option(
        (),
        help="judge only requirements whose id matches, such as `rfc7009/*`; "
        "repeatable",
        metavar="GLOB",
        repeatable=True,
    )
    known: Path | None = option(
        None,
        help="list of accepted deviations",
        type=click.Path(path_type=Path),
        metavar="FILE",
        page="#gate-a-release-with-it",
    )
    fail_on: str = option(
        "",
        help="the weakest level whose violation makes the run red",
        type=click.Choice(LEVELS),
        default_text="must; with --fault: should",
    )
    read_only: bool = option(
        False,
        help="send nothing that could change the instance",
        type=click.BOOL,
    )
    scenario: tuple[str, ...] = option(
        (),
        help="run only scenarios whose id matches; repeatable",
        metavar="GLOB",
        repeatable=True,
    )
    examples: int | None = option(
        None,
        help="examples that each hunt for a violation tries; 2000 is for a "
        "night",
        type=click.IntRange(1, 1_000_000),
        metavar="N",
        default_text="40",
        twin=True,
        page="docs/adversary.md",
    )
    seed: int | None = option(
        None,
        help="seed for generated examples; every run prints its own",
        type=click.IntRange(min=0),
        metavar="N",
        twin=True,
    )
    replay: str = option(
        "",
        help="try this one example again, as a failure printed it",
        metavar="EXAMPLE",
    )
    slow: bool = option(
        False,
        help="wait for what takes minutes, such as the end of a code",
        type=click.BOOL,
        twin=True,
    )
    workers: int = option(
        0,
        help="processes that run scenarios side by side, 0 for none; "
        "pytest has `-n`",
        type=click.IntRange(0, 64),
        metavar="N",
        twin=True,
        reported=False,
        command_only=True,
    )
    fault: str = option(
        "",
        help="break the reference in a named way",
        metavar="NAME",
    )
    twins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Decide what was left open."""
        if not self.fail_on:
            level = "should" if self.fault else "must"
            object.__setattr__(self, "fail_on", level)

    @classmethod
    def chosen(
        cls, given: Mapping[str, Any], environ: Mapping[str, str]
    ) -> Self:
        """Return what a command line says, or else the environment.

        Args:
            given: What was typed, by field; None, False and ``()`` say that
                an option was not.
            environ: Variables of the environment; an empty one is not set.

        Raises:
            UsageError: A value is not valid.
        """
        values, twins = {}, []
        for known in OPTIONS:
            value = given.get(known.field)
            if not (value is None or value is False or value == ()):
                values[known.field] = known.read(value, known.name)
            elif text := environ.get(known.variable):
                values[known.field] = known.read(text, known.variable)
                twins.append(known.field)
        return cls(**values, twins=tuple(twins))

    def to_plain(self) -> dict[str, Any]:
        """Return what ``chosen`` takes, in plain values for a worker."""
        values = {o.field: getattr(self, o.field) for o in OPTIONS}
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in values.items()
            if value not in (None, "")
        }

    @property
    def reported(self) -> dict[str, Any]:
        """The options that ``results.json`` shows, and what set them."""
        shown = {
            o.field: o.plain(getattr(self, o.field))
            for o in OPTIONS
            if o.reported
        }
        return {**shown, "environment": self.environment}

    @property
    def environment(self) -> list[str]:
        """``VARIABLE=value`` for each that has set an option, no secrets."""
        used = [one for one in OPTIONS if one.field in self.twins]
        return [f"{one.variable}={self._shown(one)}" for one in used]

    def _shown(self, one: Option) -> Any:
        if one.field == "target":
            return self.shown_target
        return one.plain(getattr(self, one.field))

    @property
    def notes(self) -> list[str]:
        """What a reader is told of the variables that have set an option."""
        used = ", ".join(self.environment)
        return [f"from the environment: {used}"] if used else []

    def wants_scenario(self, scenario: str) -> bool:
        """Tell whether a scenario was asked for, by id or by a glob."""
        return not self.scenario or any(
            scenario == glob or fnmatchcase(scenario, glob)
            for glob in self.scenario
        )

    @property
    def shown_target(self) -> str:
        """The target without what a URL may hold of secrets."""
        return re.sub(r"(?s)//.*@", "//", re.sub(r"[?#].*", "", self.target))


OPTIONS: tuple[Option, ...] = tuple(
    Option(field=one.name, default=one.default, **one.metadata["about"])
    for one in fields(Options)
    if "about" in one.metadata
)


def without_effect(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that look like an option's and set none."""
    heard = {one.variable for one in OPTIONS}
    alike = {name for name in environ if name.startswith(PREFIX)}
    return sorted(alike - heard)

"""The options of a run, each declared once.

The fields of :class:`Options` define the name, type and meaning of each
option. The options of the command and of pytest, the environment variables,
the table in the README and the options in a report are generated from them.
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
    """The declaration of one option.

    Attributes:
        field: Its name in Options and in ``results.json``.
        default: Its default value.
        help: Its purpose: Markdown, no full stop.
        type: Converts and validates a value.
        metavar: The placeholder for its value, ``""`` for click's own.
        default_text: The default in words, if it is computed later.
        repeatable: Whether it may be given several times.
        has_variable: Whether an environment variable may set it. Options
            that select, excuse or soften have none: a verdict must not
            depend on something that the command line does not show.
        reported: Whether ``results.json`` contains it.
        command_only: Whether pytest has an equivalent option of its own.
        page: A page of the documentation, or a heading of the README, with
            details.
    """

    field: str = ""
    default: Any = None
    help: str
    type: click.ParamType[Any] = click.STRING
    metavar: str = ""
    default_text: str = ""
    repeatable: bool = False
    has_variable: bool = False
    reported: bool = True
    command_only: bool = False
    page: str = ""

    @property
    def name(self) -> str:
        """Its name on a command line, such as ``--fail-on``."""
        return f"--{self.field.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The environment variable that may set it, ``""`` for none."""
        return f"{PREFIX}{self.field.upper()}" if self.has_variable else ""

    @property
    def is_flag(self) -> bool:
        """Whether it takes no value on a command line."""
        return self.type is click.BOOL

    @property
    def plain_help(self) -> str:
        """Its purpose, without Markdown."""
        return self.help.replace("`", "")

    @property
    def shown_default(self) -> str:
        """The default as help texts show it, ``""`` for none."""
        if self.default_text or self.is_flag or self.repeatable:
            return self.default_text
        return "" if self.default is None else str(self.default)

    def read(self, given: Any, source: str) -> Any:
        """Return the value of a text; a converted value is returned as is.

        Args:
            given: A text or a value, or several if the option is repeatable.
            source: The option's name or its variable, for the message.

        Raises:
            UsageError: The value is invalid.
        """
        try:
            if self.repeatable:
                return tuple(self.type.convert(g, None, None) for g in given)
            return self.type.convert(given, None, None)
        except click.BadParameter as error:
            raise UsageError(
                f"{source}: {error.message.rstrip('.')}"
            ) from None

    def plain(self, value: Any) -> Any:
        """Return a value as JSON data, without the folder of a path."""
        if isinstance(self.type, click.Path):
            return value.name if value else ""
        return list(value) if self.repeatable else value


def option(default: Any, **about: Any) -> Any:
    """Return a field of Options; the arguments are those of Option."""
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Options:
    """The values of a run's options.

    Attributes:
        set_by_variable: The fields that an environment variable has set.
    """

    target: str = option(
        "reference",
        help="server to test: `reference`, a URL, or `pip:fittrackee==X`",
        metavar="T",
        has_variable=True,
        reported=False,  # the target's own member has the details
    )
    proxy: str = option(
        "",
        help="reverse proxy to put in front, with TLS: nginx, caddy, apache, "
        "haproxy or traefik",
        metavar="NAME",
        has_variable=True,
        page="docs/proxies.md",
    )
    app_workers: int | None = option(
        None,
        help="workers of an instance that the harness starts; 1 is "
        "FitTrackee's default, and leaves race conditions untested",
        type=click.IntRange(APP_WORKERS[0], APP_WORKERS[-1]),
        metavar="N",
        default_text="as many as races need",
        has_variable=True,
        page="docs/races.md",
    )
    report: Path = option(
        Path("reports") / "last",
        help="folder for `index.html`, `results.json` and `junit.xml`",
        type=click.Path(path_type=Path),
        metavar="DIR",
        has_variable=True,
        reported=False,
    )
    requirement: tuple[str, ...] = option(
        (),
        help="test only requirements whose id matches, such as `rfc7009/*`; "
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
        help="lowest level whose violation makes the run fail",
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
        help="examples of each property-based test; 2000 take a night",
        type=click.IntRange(1, 1_000_000),
        metavar="N",
        default_text="40",
        has_variable=True,
        page="docs/adversary.md",
    )
    seed: int | None = option(
        None,
        help="seed for generated examples; every run prints its own",
        type=click.IntRange(min=0),
        metavar="N",
        has_variable=True,
    )
    replay: str = option(
        "",
        help="replay one example, as printed by a failure",
        metavar="EXAMPLE",
    )
    slow: bool = option(
        False,
        help="run scenarios that take minutes, such as the expiry of a code",
        type=click.BOOL,
        has_variable=True,
    )
    workers: int = option(
        0,
        help="processes that run scenarios in parallel, 0 for none; "
        "pytest has `-n`",
        type=click.IntRange(0, 64),
        metavar="N",
        has_variable=True,
        reported=False,
        command_only=True,
    )
    fault: str = option(
        "",
        help="apply a named fault to the reference",
        metavar="NAME",
    )
    set_by_variable: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Set the default of ``fail_on``."""
        if not self.fail_on:
            level = "should" if self.fault else "must"
            object.__setattr__(self, "fail_on", level)

    @classmethod
    def chosen(
        cls, given: Mapping[str, Any], environ: Mapping[str, str]
    ) -> Self:
        """Return the options of a command line, or else of the environment.

        Args:
            given: Values of the command line by field; None, False and
                ``()`` mean that an option was not given.
            environ: Environment variables; an empty one counts as unset.

        Raises:
            UsageError: A value is invalid.
        """
        values, set_by_variable = {}, []
        for known in OPTIONS:
            value = given.get(known.field)
            if not (value is None or value is False or value == ()):
                values[known.field] = known.read(value, known.name)
            elif text := environ.get(known.variable):
                values[known.field] = known.read(text, known.variable)
                set_by_variable.append(known.field)
        return cls(**values, set_by_variable=tuple(set_by_variable))

    def to_plain(self) -> dict[str, Any]:
        """Return the arguments of ``chosen`` as plain data for a worker."""
        values = {o.field: getattr(self, o.field) for o in OPTIONS}
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in values.items()
            if value not in (None, "")
        }

    @property
    def reported(self) -> dict[str, Any]:
        """The options in ``results.json``, and the variables that set any."""
        shown = {
            o.field: o.plain(getattr(self, o.field))
            for o in OPTIONS
            if o.reported
        }
        return {**shown, "environment": self.environment}

    @property
    def environment(self) -> list[str]:
        """``VARIABLE=value`` of each that set an option, without secrets."""
        used = [one for one in OPTIONS if one.field in self.set_by_variable]
        return [f"{one.variable}={self._shown(one)}" for one in used]

    def _shown(self, one: Option) -> Any:
        if one.field == "target":
            return self.shown_target
        return one.plain(getattr(self, one.field))

    @property
    def notes(self) -> list[str]:
        """A note about the variables that set an option, if there are any."""
        used = ", ".join(self.environment)
        return [f"from the environment: {used}"] if used else []

    def wants_scenario(self, scenario: str) -> bool:
        """Return whether ``--scenario`` selects an id; without it, all."""
        return not self.scenario or any(
            scenario == glob or fnmatchcase(scenario, glob)
            for glob in self.scenario
        )

    @property
    def shown_target(self) -> str:
        """The target without user info, query and fragment of a URL."""
        return re.sub(r"(?s)//.*@", "//", re.sub(r"[?#].*", "", self.target))


OPTIONS: tuple[Option, ...] = tuple(
    Option(field=one.name, default=one.default, **one.metadata["about"])
    for one in fields(Options)
    if "about" in one.metadata
)


def without_effect(environ: Mapping[str, str]) -> list[str]:
    """Return the variables with the prefix of the options that set none."""
    used = {one.variable for one in OPTIONS}
    prefixed = {name for name in environ if name.startswith(PREFIX)}
    return sorted(prefixed - used)

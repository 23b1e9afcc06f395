"""The options of a run, the same for the command and for plain pytest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import proxies
from conformance.adversary import examples as kept
from conformance.catalogue import catalogue
from conformance.errors import UsageError
from conformance.scenario_files import scenario_exists
from conformance.verdicts import known

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

DEFAULT_REPORT = Path("reports") / "last"
LEVELS = ("must", "should")
APP_WORKERS = range(1, 65)
PROXY_HELP = (
    f"reverse proxy to put in front, with TLS: {', '.join(proxies.NAMES)}"
)


@dataclass(frozen=True)
class Options:
    """What a user chose.

    Attributes:
        target: The target string.
        proxy: Name of a reverse proxy to put in front, ``""`` for none.
        report: Folder that the report is written to.
        requirement: Globs over requirement ids; empty means all.
        known: File of accepted deviations, or None.
        fail_on: ``must``, or ``should`` to make a warn red as well. Not
            given, it is ``must``; with a fault ``should``, since whoever
            breaks the reference wants to see it noticed.
        read_only: Send nothing that could change the instance.
        fault: Fault that breaks the reference, ``""`` for none.
        scenario: Ids of scenarios, or globs over them; empty means all.
        examples: How many examples a hunt tries; None for its default.
        seed: Makes up the same examples again; None draws one.
        replay: The one example to try, as a failure printed it.
        slow: Wait for what takes minutes, such as the end of a code.
        app_workers: How many workers serve an app that the harness starts;
            None for as many as races need.
    """

    target: str = "reference"
    proxy: str = ""
    report: Path = DEFAULT_REPORT
    requirement: tuple[str, ...] = ()
    known: Path | None = None
    fail_on: str = ""
    read_only: bool = False
    fault: str = ""
    scenario: tuple[str, ...] = ()
    examples: int | None = None
    seed: int | None = None
    replay: str = ""
    slow: bool = False
    app_workers: int | None = None

    def __post_init__(self) -> None:
        """Decide what was left open."""
        if not self.fail_on:
            level = "should" if self.fault else "must"
            object.__setattr__(self, "fail_on", level)

    def check(self) -> None:
        """Raise UsageError for what can be told before anything starts."""
        if self.fail_on not in LEVELS:
            raise UsageError(f"--fail-on takes {' or '.join(LEVELS)}")
        if self.proxy:
            proxies.get(self.proxy)
        if self.requirement and not catalogue().matching(self.requirement):
            raise UsageError(
                f"--requirement {' '.join(self.requirement)} matches no "
                "requirement; see: fittrackee-conformance list requirements"
            )
        for scenario in self.scenario:
            if not set("*?") & set(scenario) and not scenario_exists(scenario):
                raise UsageError(
                    f"--scenario {scenario}: there is none; see: "
                    "fittrackee-conformance list scenarios"
                )
        self._check_numbers()
        if self.report.exists() and not self.report.is_dir():
            raise UsageError(f"--report {self.report}: not a folder")
        if self.known:
            known.read(self.known)

    def _check_numbers(self) -> None:
        if self.app_workers not in (None, *APP_WORKERS):
            raise UsageError(
                f"--app-workers takes a number from {APP_WORKERS[0]} to "
                f"{APP_WORKERS[-1]}"
            )
        if self.examples is not None and self.examples < 1:
            raise UsageError("--examples takes a number from 1")
        if self.seed is not None and self.seed < 0:
            raise UsageError("--seed takes a number from 0")
        if self.replay:
            try:
                kept.parse(self.replay)
            except ValueError as error:
                raise UsageError(f"--replay: {error}") from None

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

    def arguments(self) -> list[str]:
        """Return the options as pytest arguments."""
        words = ["--target", self.target, "--report", str(self.report)]
        words += ["--fail-on", self.fail_on]
        for glob in self.requirement:
            words += ["--requirement", glob]
        for glob in self.scenario:
            words += ["--scenario", glob]
        for name, value in (
            ("--known", self.known),
            ("--proxy", self.proxy),
            ("--fault", self.fault),
            ("--examples", self.examples),
            ("--seed", self.seed),
            ("--replay", self.replay),
            ("--app-workers", self.app_workers),
        ):
            words += [name, str(value)] if value not in (None, "") else []
        words += ["--slow"] if self.slow else []
        return [*words, "--read-only"] if self.read_only else words


def add_options(parser: pytest.Parser) -> None:
    """Register the options with pytest."""
    group = parser.getgroup("conformance", "FitTrackee conformance")
    add = group.addoption
    add(
        "--target",
        default=Options.target,
        help="reference, a URL, or pip:fittrackee==X (default: %(default)s)",
    )
    add(
        "--proxy",
        default="",
        metavar="NAME",
        help=PROXY_HELP,
    )
    add(
        "--report",
        default=str(DEFAULT_REPORT),
        metavar="DIR",
        help="folder for the report (default: %(default)s)",
    )
    add(
        "--requirement",
        action="append",
        default=[],
        metavar="GLOB",
        help="judge only the requirements whose id matches; repeatable",
    )
    add("--known", metavar="FILE", help="list of accepted deviations")
    add(
        "--fail-on",
        default="",
        help="must, or should to make warnings red too (default: must; "
        "with --fault: should)",
    )
    add(
        "--read-only",
        action="store_true",
        help="send nothing that could change the instance",
    )
    _add_choices(add)


def _add_choices(add: Callable[..., None]) -> None:
    """Register the options that choose scenarios, examples and faults."""
    add("--fault", default="", metavar="NAME", help="break the reference")
    add(
        "--app-workers",
        type=int,
        metavar="N",
        help="workers that serve an app which the harness starts",
    )
    add(
        "--scenario",
        action="append",
        default=[],
        metavar="GLOB",
        help="run only the scenarios whose id matches; repeatable",
    )
    add(
        "--examples",
        type=int,
        metavar="N",
        help="examples that each hunt tries (default: 40)",
    )
    add("--seed", type=int, metavar="N", help="make up the same examples")
    add(
        "--replay",
        default="",
        metavar="EXAMPLE",
        help="try this one example, as a failure printed it",
    )
    add(
        "--slow",
        action="store_true",
        help="wait for what takes minutes, such as the end of a code",
    )


def from_config(config: pytest.Config) -> Options:
    """Read the options back from pytest."""
    get = config.getoption
    accepted = get("--known")
    return Options(
        target=get("--target"),
        proxy=get("--proxy"),
        report=Path(get("--report")),
        requirement=tuple(get("--requirement")),
        known=Path(accepted) if accepted else None,
        fail_on=get("--fail-on"),
        read_only=get("--read-only"),
        fault=get("--fault"),
        scenario=tuple(get("--scenario")),
        examples=get("--examples"),
        seed=get("--seed"),
        replay=get("--replay"),
        slow=get("--slow"),
        app_workers=get("--app-workers"),
    )

"""The options of a run, the same for the command and for plain pytest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import known, proxies
from conformance.catalogue import catalogue
from conformance.errors import UsageError

if TYPE_CHECKING:
    import pytest

DEFAULT_REPORT = Path("reports") / "last"
LEVELS = ("must", "should")
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
    """

    target: str = "reference"
    proxy: str = ""
    report: Path = DEFAULT_REPORT
    requirement: tuple[str, ...] = ()
    known: Path | None = None
    fail_on: str = ""
    read_only: bool = False
    fault: str = ""

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
            proxies.get(self.proxy).require()
        if self.requirement and not catalogue().matching(self.requirement):
            raise UsageError(
                f"--requirement {' '.join(self.requirement)} matches no "
                "requirement; see: fittrackee-conformance list requirements"
            )
        if self.report.exists() and not self.report.is_dir():
            raise UsageError(f"--report {self.report}: not a folder")
        if self.known:
            known.read(self.known)

    @property
    def shown_target(self) -> str:
        """The target without the password that a URL may hold."""
        return re.sub("//.*@", "//", self.target)

    def arguments(self) -> list[str]:
        """Return the options as pytest arguments."""
        words = ["--target", self.target, "--report", str(self.report)]
        words += ["--fail-on", self.fail_on]
        for glob in self.requirement:
            words += ["--requirement", glob]
        for name, value in (
            ("--known", self.known),
            ("--proxy", self.proxy),
            ("--fault", self.fault),
        ):
            words += [name, str(value)] if value else []
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
    add("--fault", default="", metavar="NAME", help="break the reference")


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
    )

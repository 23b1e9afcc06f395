"""The user's list of accepted deviations (``--known FILE``).

TOML, one table for each::

    [[known]]
    requirement = "rfc6749/4.1.2/code-single-use"   # or: scenario = "…"
    reason = "…"
    link = "https://…"        # optional, like the following
    owner = "…"
    versions = ">=1.3,<1.4"
    expires = 2027-01-31

The list is strict both ways: a deviation that is listed but gone, or whose
date has passed, makes the run red just like one that is not listed. Only
entries whose scenarios were judged count: a run may leave scenarios out.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from conformance.catalogue import catalogue
from conformance.errors import UsageError
from conformance.scenario_files import scenario_exists

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.results import ScenarioResult

Text = Annotated[str, msgspec.Meta(min_length=1)]


class KnownEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[known]]`` table, as it is written."""

    reason: Text
    requirement: Text = ""
    scenario: Text = ""
    link: Text = ""
    owner: Text = ""
    versions: Text = ""
    expires: dt.date | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a text that says nothing."""
        for name, value in msgspec.structs.asdict(self).items():
            if isinstance(value, str) and value.isspace():
                raise ValueError(f"{name} takes a text")


@dataclass(frozen=True)
class Known:
    """One accepted deviation; exactly one of the two subjects is set."""

    reason: str
    requirement: str = ""
    scenario: str = ""
    link: str = ""
    owner: str = ""
    versions: SpecifierSet = field(default_factory=SpecifierSet)
    expires: dt.date | None = None

    @property
    def subject(self) -> str:
        """The requirement or scenario id."""
        return self.requirement or self.scenario

    def covers(self, version: str) -> bool:
        """Tell whether a release lies in the entry's range."""
        try:
            return self.versions.contains(Version(version), prereleases=True)
        except InvalidVersion:
            return not str(self.versions)

    def expired(self, today: dt.date) -> bool:
        """Tell whether the entry's last day has passed."""
        return self.expires is not None and today > self.expires

    def excuses(self, scenario: str, requirement: str) -> bool:
        """Tell whether this is about a scenario's breach of a requirement."""
        return self.scenario == scenario or self.requirement == requirement


def read(path: Path) -> list[Known]:
    """Read a list; UsageError names the file and the entry at fault."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"--known {path}: {why}") from None
    entries = document.pop("known", [])
    if document or not isinstance(entries, list):
        raise UsageError(f"--known {path}: only [[known]] tables belong here")
    return [_entry(e, f"--known {path}, entry {n}") for n, e in _each(entries)]


def excuse(
    entries: list[Known], scenario: str, requirements: tuple[str, ...]
) -> Known | None:
    """Return what excuses a scenario's violation, None when nothing does.

    A scenario that verifies several requirements is excused only when each
    of them is listed, or the scenario itself is.
    """
    matches = [
        next((k for k in entries if k.excuses(scenario, r)), None)
        for r in requirements
    ]
    return matches[0] if matches and all(matches) else None


def problems(
    entries: list[Known], scenarios: Iterable[ScenarioResult], today: dt.date
) -> list[str]:
    """Say what is wrong with the list, judged by what ran.

    Args:
        entries: The entries that cover the target's version.
        scenarios: What the run's scenarios came to.
        today: The date that ``expires`` is held against.
    """
    found = []
    for entry in entries:
        verdicts = {
            s.verdict
            for s in scenarios
            if entry.scenario == s.id or entry.requirement in s.requirements
        }
        judged = verdicts & {"pass", "known", "fail", "warn"}
        if judged and entry.expired(today):
            found.append(f"{entry.subject}: expired on {entry.expires}")
        if judged == {"pass"}:
            found.append(f"{entry.subject}: listed, but it conforms now")
    return found


def _each(entries: list[Any]) -> list[tuple[int, Any]]:
    return list(enumerate(entries, start=1))


def _entry(table: Any, where: str) -> Known:
    try:
        entry = msgspec.convert(table, KnownEntry, builtin_types=(dt.date,))
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {error}") from None
    if bool(entry.requirement) == bool(entry.scenario):
        raise UsageError(f"{where}: needs a requirement or a scenario")
    fields = {
        **msgspec.structs.asdict(entry),
        "versions": _versions(entry.versions, where),
    }
    if entry.requirement:
        fields["requirement"] = _requirement(entry.requirement, where)
    elif not scenario_exists(entry.scenario):
        raise UsageError(
            f"{where}: {entry.scenario} is no scenario; "
            "see: fittrackee-conformance list scenarios"
        )
    return Known(**fields)


def _requirement(name: str, where: str) -> str:
    """Return a requirement's id, once it is known to exist."""
    if name not in catalogue():
        raise UsageError(f"{where}: {name} is not in the catalogue")
    return catalogue()[name].id


def _versions(text: str, where: str) -> SpecifierSet:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise UsageError(
            f"{where}: versions takes a range such as >=1.3,<1.4"
        ) from None

"""The user's list of accepted deviations (``--known FILE``).

TOML, one table for each::

    [[known]]
    requirement = "rfc6749/4.1.2/code-single-use"   # or: scenario = "…"
    reason = "…"
    link = "https://…"        # optional, like the following
    owner = "…"
    versions = ">=1.3,<1.4"
    expires = 2027-01-31

The list is strict both ways: a listed deviation that no longer occurs, or
whose date has passed, fails the run just like one that is not listed. Only
entries whose scenarios were judged count: a run may select scenarios.
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
    """One ``[[known]]`` table as it is in the file."""

    reason: Text
    requirement: Text = ""
    scenario: Text = ""
    link: Text = ""
    owner: Text = ""
    versions: Text = ""
    expires: dt.date | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a blank text."""
        for name, value in msgspec.structs.asdict(self).items():
            if isinstance(value, str) and value.isspace():
                raise ValueError(f"{name} is blank")


@dataclass(frozen=True)
class Known:
    """An accepted deviation; either requirement or scenario is set."""

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
        """Return whether a release is in the entry's range of versions."""
        try:
            return self.versions.contains(Version(version), prereleases=True)
        except InvalidVersion:
            return not str(self.versions)

    def expired(self, today: dt.date) -> bool:
        """Return whether the entry's last day has passed."""
        return self.expires is not None and today > self.expires

    def excuses(self, scenario: str, requirement: str) -> bool:
        """Return whether it is about the scenario or the requirement."""
        return self.scenario == scenario or self.requirement == requirement


def read(path: Path) -> list[Known]:
    """Return the accepted deviations in a file.

    Raises:
        UsageError: The file cannot be read or is invalid; the message names
            the file and the entry.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"--known {path}: {why}") from None
    entries = document.pop("known", [])
    if document or not isinstance(entries, list):
        raise UsageError(f"--known {path}: only [[known]] tables are allowed")
    return [_entry(e, f"--known {path}, entry {n}") for n, e in _each(entries)]


def excuse(
    entries: list[Known], scenario: str, requirements: tuple[str, ...]
) -> Known | None:
    """Return the entry that excuses a scenario's violation, or None.

    A scenario that verifies several requirements is excused only if each of
    them is listed, or the scenario itself.
    """
    matches = [
        next((k for k in entries if k.excuses(scenario, r)), None)
        for r in requirements
    ]
    return matches[0] if matches and all(matches) else None


def problems(
    entries: list[Known], scenarios: Iterable[ScenarioResult], today: dt.date
) -> list[str]:
    """Return the problems of the list: expired and superfluous entries.

    Args:
        entries: The entries that cover the target's version.
        scenarios: The run's results.
        today: The date that is compared with ``expires``.
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
            f"{where}: {entry.scenario} is not a scenario; "
            "see: fittrackee-conformance list scenarios"
        )
    return Known(**fields)


def _requirement(name: str, where: str) -> str:
    """Return the current id of a requirement; UsageError if unknown."""
    if name not in catalogue():
        raise UsageError(f"{where}: {name} is not in the catalogue")
    return catalogue()[name].id


def _versions(text: str, where: str) -> SpecifierSet:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise UsageError(
            f"{where}: versions must be a range such as >=1.3,<1.4"
        ) from None

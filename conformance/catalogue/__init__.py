"""The catalogue of requirements, with one entry for each tested clause.

Requirements are data: TOML files in ``requirements/``. The folder (or the
file's stem) is the source, and the key of a table is ``section/slug``: the
table ``["4.1.2/code-single-use"]`` in ``requirements/rfc6749/token.toml`` is
the requirement ``rfc6749/4.1.2/code-single-use``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from packaging.version import Version

from conformance.catalogue import causes, parts, scope_requirements
from conformance.catalogue.levels import Level  # noqa: TC001 - msgspec's
from conformance.catalogue.requirement import Deviation, Requirement, Source
from conformance.catalogue.stakes import Stake, named

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Catalogue", "Deviation", "Requirement", "Source", "catalogue"]

SCOPE_MAP = "scope-map"  # a folder of CSV tables: see scope_requirements
FOLDER = Path(__file__).parents[1] / "requirements"
SOURCES_FILE = FOLDER / "sources.toml"
NO_REQUIREMENTS = {SOURCES_FILE.name, causes.FILE.name, parts.FILE.name}
WELL_FORMED = re.compile(r"[a-z0-9]+(/[A-Za-z0-9.-]+)?/[a-z0-9.-]+")


Text = Annotated[str, msgspec.Meta(min_length=1)]


class RequirementEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True
):
    """A table of a requirement file; see ``Requirement`` for its members."""

    level: Level
    title: Text
    remedy: Text
    sources: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    deviation: Deviation | None = None
    untested: str = ""
    unkillable: str = ""
    aliases: tuple[str, ...] = ()
    behind_proxy: bool = False
    stake: Stake = Stake.INTEROP
    threat: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for an invalid release or an unknown threat."""
        for version in filter(None, (self.since, self.until)):
            Version(version)
        named(self.threat)


class Catalogue:
    """All requirements by id, in the order of sources and sections."""

    def __init__(self, requirements: list[Requirement]) -> None:
        """Index the requirements.

        Raises:
            ValueError: An id or an alias is not unique.
        """
        self._by_id: dict[str, Requirement] = {}
        self._aliases: dict[str, str] = {}
        for requirement in requirements:
            if requirement.id in self._by_id:
                raise ValueError(f"{requirement.id} is in the catalogue twice")
            self._by_id[requirement.id] = requirement
            for alias in requirement.aliases:
                if self._aliases.setdefault(alias, requirement.id) != (
                    requirement.id
                ):
                    raise ValueError(f"{alias} is an alias twice")
        for alias in self._by_id.keys() & self._aliases.keys():
            raise ValueError(f"{alias} is an id and an alias")

    def __iter__(self) -> Iterator[Requirement]:
        """Iterate over the requirements in order."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Return the number of requirements."""
        return len(self._by_id)

    def __contains__(self, requirement_id: str) -> bool:
        """Return whether an id or an alias is in the catalogue."""
        return requirement_id in self._by_id or requirement_id in self._aliases

    def __getitem__(self, requirement_id: str) -> Requirement:
        """Return a requirement by id or alias; raise KeyError without one."""
        return self._by_id[self._aliases.get(requirement_id, requirement_id)]

    def matching(self, globs: tuple[str, ...]) -> list[Requirement]:
        """Return the requirements whose id matches a glob; all without one."""
        return [r for r in self if not globs or r.matches(globs)]


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of the harness; its files are read once."""
    return read(FOLDER)


def read(folder: Path) -> Catalogue:
    """Return the catalogue of a folder of requirement files.

    Raises:
        ValueError: A file is invalid; the message names the entry.
    """
    places = _toml(folder / SOURCES_FILE.name)
    found = []
    for requirement_id, entry in _entries(folder):
        try:
            found.append(_requirement(requirement_id, entry, places))
        except ValueError as error:
            raise ValueError(f"{requirement_id}: {error}") from None
    return Catalogue(sorted(found, key=lambda r: _reading_order(r, places)))


def _entries(folder: Path) -> Iterator[tuple[str, Any]]:
    for file in sorted(folder.rglob("*.toml")):
        if file.name not in NO_REQUIREMENTS:
            stem = file.relative_to(folder).with_suffix("").parts[0]
            for key, entry in _toml(file).items():
                yield f"{stem}/{key}", entry
    if (folder / SCOPE_MAP).is_dir():
        yield from scope_requirements.entries().items()


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None


def _requirement(
    requirement_id: str, entry: Any, places: dict[str, Any]
) -> Requirement:
    if not WELL_FORMED.fullmatch(requirement_id):
        raise ValueError("an id must be source/section/slug, in lower case")
    read_entry = msgspec.convert(entry, RequirementEntry)
    primary = requirement_id.rsplit("/", 1)[0]
    fields = msgspec.structs.asdict(read_entry)
    fields["sources"] = tuple(
        _source(place, places) for place in (primary, *read_entry.sources)
    )
    return Requirement(id=requirement_id, **fields)


def _source(place: str, places: dict[str, Any]) -> Source:
    """Return the name, section and URL of a source like ``rfc9700/4.5``."""
    document, _, section = place.partition("/")
    if document not in places:
        raise ValueError(f"{document} is not in {SOURCES_FILE.name}")
    known = places[document]
    url = known.get("pages", {}).get(section, known["url"])
    kind = "appendix" if section[:1].isupper() else "section"
    link = url.format(section=section, anchor=f"{kind}-{section}")
    return Source(known["name"], section, link)


def _reading_order(
    requirement: Requirement, places: dict[str, Any]
) -> tuple[Any, ...]:
    document, section, *_ = requirement.id.split("/")
    numbers = [int(n) if n.isdigit() else 0 for n in section.split(".")]
    return list(places).index(document), numbers, section, requirement.id

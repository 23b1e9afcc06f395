"""A requirement of the catalogue: one clause of a source."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec
from packaging.version import InvalidVersion, Version

from conformance.catalogue.stakes import Stake

if TYPE_CHECKING:
    from conformance.catalogue.levels import Level


@dataclass(frozen=True)
class Source:
    """A clause: name (``RFC 6749``), section (``4.1.2``) and URL."""

    name: str
    section: str
    url: str


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deviation from the clause in FitTrackee's own documentation.

    Attributes:
        where: Page of the documentation.
        says: Its content, in our words.
    """

    where: str
    says: str


@dataclass(frozen=True)
class Requirement:
    """One clause of one source, with its level.

    Attributes:
        id: ``source/section/slug``; public and stable.
        level: MUST, SHOULD or MAY.
        title: The requirement in one sentence, in our words.
        remedy: The consequence of a violation, and what to change.
        sources: The primary source first.
        since: First FitTrackee release it applies to, ``""`` for any.
        until: First release it no longer applies to, ``""`` for none.
        deviation: The documented deviation, or None.
        untested: Why no scenario verifies it, ``""`` if one does.
        unkillable: Why no fault can violate it, ``""`` if one does.
        aliases: Its earlier ids.
        behind_proxy: Whether it can be tested only behind a proxy.
        stake: What a violation puts at risk at worst.
        threat: Name of the threat (RFC 6819, 9700, 6749), ``""`` for none.
    """

    id: str
    level: Level
    title: str
    remedy: str
    sources: tuple[Source, ...]
    since: str = ""
    until: str = ""
    deviation: Deviation | None = None
    untested: str = ""
    unkillable: str = ""
    aliases: tuple[str, ...] = ()
    behind_proxy: bool = False
    stake: Stake = Stake.INTEROP
    threat: str = ""

    def applies_to(self, version: str) -> bool:
        """Return whether it applies to a release, or to an unknown version.

        An unknown version counts as newer than all releases.
        """
        try:
            release = Version(version)
        except InvalidVersion:
            return not self.until
        if self.since and release < Version(self.since):
            return False
        return not (self.until and release >= Version(self.until))

    def matches(self, globs: tuple[str, ...]) -> bool:
        """Return whether the id or an alias matches any glob."""
        names = (self.id, *self.aliases)
        return any(fnmatchcase(n, g) for n in names for g in globs)

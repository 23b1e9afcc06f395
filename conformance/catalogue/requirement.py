"""A requirement of the catalogue: what one clause of a source demands."""

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
    """A section of a document that states a requirement.

    Attributes:
        name: The document, such as ``RFC 6749``.
        section: The section, such as ``4.1.2``.
        url: URL of the section.
    """

    name: str
    section: str
    url: str


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What FitTrackee's own documentation states instead of the clause.

    Attributes:
        where: The page of the documentation.
        says: What it states, in our words.
    """

    where: str
    says: str


@dataclass(frozen=True)
class Requirement:
    """What one clause demands of the server, in our words.

    Attributes:
        id: ``source/section/slug``; public and stable.
        level: MUST, SHOULD or MAY.
        title: The requirement in one sentence.
        remedy: What a violation leads to, and what the server should change.
        sources: The sections that state it, the primary one first.
        since: First FitTrackee release it applies to, ``""`` for any.
        until: First release it no longer applies to, ``""`` for none.
        deviation: What FitTrackee's documentation states instead, or None.
        untested: Why no scenario verifies it, ``""`` if one does.
        unkillable: Why the kill matrix has no fault that violates it, ``""``
            if there is one.
        aliases: Its earlier ids.
        behind_proxy: Whether it can be tested only behind a proxy.
        stake: What a violation puts at risk in the worst case.
        threat: The attack that a violation makes possible, a key of
            :data:`~conformance.catalogue.stakes.THREATS`; ``""`` for none.
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
        """Return whether the requirement applies to a version.

        Args:
            version: The version that a target reports. One that cannot be
                parsed counts as newer than all releases.
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

"""One requirement: a clause of a source, as the catalogue holds it."""

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
    """A place in a specification: ``RFC 6749``, section ``4.1.2``, link."""

    name: str
    section: str
    url: str


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where FitTrackee's documentation itself departs from the clause.

    Attributes:
        where: Page of the documentation.
        says: What stands there, in our words.
    """

    where: str
    says: str


@dataclass(frozen=True)
class Requirement:
    """One clause of one source, with how binding it is.

    Attributes:
        id: ``source/section/slug``; public and stable.
        level: MUST, SHOULD or MAY.
        title: What has to hold, one sentence in our words.
        remedy: What is lost when it does not hold, and what to change.
        sources: The primary source first.
        since: First FitTrackee release it applies to, ``""`` for any.
        until: First release it no longer applies to, ``""`` for none.
        deviation: The documented deviation, or None.
        untested: Why no scenario verifies it, ``""`` when one does.
        unkillable: Why no fault can break it, ``""`` when one does.
        aliases: Ids it had before.
        behind_proxy: Whether it can only be judged where there is a proxy.
        stake: What is lost at worst when it does not hold.
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
        """Tell whether a release is bound; an unknown version is."""
        try:
            release = Version(version)
        except InvalidVersion:
            return not self.until
        if self.since and release < Version(self.since):
            return False
        return not (self.until and release >= Version(self.until))

    def matches(self, globs: tuple[str, ...]) -> bool:
        """Tell whether the id or an alias matches any glob."""
        names = (self.id, *self.aliases)
        return any(fnmatchcase(n, g) for n in names for g in globs)

"""What the harness must know of a FitTrackee release to run it."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from conformance.catalogue import releases as catalogued
from conformance.errors import UsageError

OLDEST = Version(catalogued.releases()[0].version)


@dataclass(frozen=True, order=True)
class PublishedRelease:
    """A published release of FitTrackee."""

    version: Version

    def __str__(self) -> str:
        """Return the version as pip and FitTrackee write it."""
        return str(self.version)

    @property
    def pins(self) -> tuple[str, ...]:
        """Requirements that pip needs besides the release itself."""
        return self._facts.pins

    @property
    def needs_postgis(self) -> bool:
        """Whether the migrations expect the PostGIS extension."""
        return "postgis" in self._facts.needs

    @property
    def needs_libmagic(self) -> bool:
        """Whether the server loads the system's libmagic."""
        return "libmagic" in self._facts.needs

    @property
    def creates_users(self) -> bool:
        """Whether ``ftcli users create`` exists."""
        return self._facts.creates_users

    @property
    def admin_option(self) -> tuple[str, str]:
        """The option of ``ftcli users update`` that makes an admin."""
        return self._facts.admin_option

    @property
    def host(self) -> str:
        """The loopback host that the release takes plain HTTP from.

        Older releases exempt only the name from the HTTPS rule.
        """
        return self._facts.host

    @property
    def _facts(self) -> catalogued.Release:
        return catalogued.release(self.version)


def from_requirement(text: str) -> PublishedRelease:
    """Read ``fittrackee==X``.

    Raises:
        UsageError: It is anything else, or a release without OAuth.
    """
    try:
        requirement = Requirement(text)
        (clause,) = requirement.specifier
        version = Version(clause.version)
    except (InvalidRequirement, InvalidVersion, ValueError):
        raise UsageError(_expected(text)) from None
    plain = not (requirement.extras or requirement.marker or requirement.url)
    named = requirement.name.lower() == "fittrackee"
    if not (plain and named and clause.operator == "=="):
        raise UsageError(_expected(text))
    if version < OLDEST:
        raise UsageError(
            f"pip:{text}: FitTrackee has OAuth since {OLDEST}; "
            f"name that release or a newer one"
        )
    return PublishedRelease(version)


def _expected(text: str) -> str:
    return (
        f"pip:{text}: cannot be read; give one release, "
        f"such as pip:fittrackee=={catalogued.newest()}"
    )

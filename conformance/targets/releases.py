"""Facts about FitTrackee's releases that are needed to run them."""

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
        """Further requirements for pip, beside the release itself."""
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
        """Option and value of ``ftcli users update`` that make an admin."""
        return self._facts.admin_option

    @property
    def host(self) -> str:
        """The loopback host at which the release allows plain HTTP.

        Older releases exempt ``localhost`` from the HTTPS rule, but no IP
        address.
        """
        return self._facts.host

    @property
    def _facts(self) -> catalogued.Release:
        return catalogued.release(self.version)


def from_requirement(text: str) -> PublishedRelease:
    """Return the release that ``fittrackee==X`` names.

    Raises:
        UsageError: The text has another form, or the release no OAuth.
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
        f"pip:{text}: not a release; give one, "
        f"such as pip:fittrackee=={catalogued.newest()}"
    )

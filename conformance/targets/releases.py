"""What the harness must know of a FitTrackee release to run it."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from conformance.errors import UsageError

OLDEST = Version("0.7.0")

# (since, pins): what pip has to be told beside the release to get a set of
# packages that still works; the last row at or below the release holds.
# Today's PyJWT refuses the session tokens that old releases make, today's
# setuptools lacks the pkg_resources that gunicorn 20 imports.
PINS: tuple[tuple[Version, tuple[str, ...]], ...] = (
    (Version("0.7.0"), ("pyjwt<2.10", "setuptools<81")),
    (
        Version("0.7.7"),
        ("pyjwt<2.10", "werkzeug<3.1", "flask<3.1", "setuptools<81"),
    ),
    (Version("0.7.29"), ("pyjwt<2.10",)),
    (Version("0.8.12"), ()),
)


@dataclass(frozen=True, order=True)
class Release:
    """A published release of FitTrackee."""

    version: Version

    def __str__(self) -> str:
        """Return the version as pip and FitTrackee write it."""
        return str(self.version)

    @property
    def pins(self) -> tuple[str, ...]:
        """Requirements that pip needs beside the release itself."""
        rows = [pins for since, pins in PINS if since <= self.version]
        return rows[-1]

    @property
    def needs_postgis(self) -> bool:
        """Whether the migrations expect the PostGIS extension."""
        return self.version >= Version("1.0.0")

    @property
    def needs_libmagic(self) -> bool:
        """Whether the server loads the system's libmagic."""
        return self.version >= Version("1.3.0")

    @property
    def creates_users(self) -> bool:
        """Whether ``ftcli users create`` exists."""
        return self.version >= Version("0.7.15")

    @property
    def admin_option(self) -> tuple[str, str]:
        """The option of ``ftcli users update`` that makes an admin."""
        if self.version >= Version("0.9.0"):
            return ("--set-role", "admin")
        return ("--set-admin", "true")

    @property
    def host(self) -> str:
        """The loopback host that the release takes plain HTTP from.

        Older releases exempt only the name from the HTTPS rule.
        """
        return "127.0.0.1" if self.version >= Version("1.0.0") else "localhost"


def from_requirement(text: str) -> Release:
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
    return Release(version)


def _expected(text: str) -> str:
    return (
        f"pip:{text}: cannot be read; give one release, "
        f"such as pip:fittrackee==1.3.6"
    )

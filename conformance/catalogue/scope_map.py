"""The scopes that FitTrackee's routes require, by release.

They are in two tables (``requirements/scope-map``): ``declared.csv`` has what
a release's routes declare in code, ``documented.csv`` what its API
documentation states. The documentation is the contract; the declaration says
which routes exist, which of them need no token and which role they require.
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources

from packaging.version import InvalidVersion, Version

_NONE_STATED = ("", "(none stated)")
_NOT_SCOPES = ("FIRST_PARTY", "PUBLIC")


@dataclass(frozen=True)
class Route:
    """One method of one path, in one release.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path with Werkzeug's placeholders
            (``/api/users/<user_name>``).
        declared: The scope that the code declares, ``""`` for first-party
            and public routes.
        documented: The scope that the documentation states, ``""`` if it
            states none; an app may be unable to register it.
        role: The minimum role, ``admin``, ``moderator`` or ``""``.
        optional: Whether authentication is optional.
        first_party: Whether only FitTrackee's own session is accepted.
        public: Whether it never needs credentials.
        allow_suspended: Whether a suspended user may use it (known for
            releases from 1.3.6 on, otherwise False).
        rate_limited: Whether it counts towards the rate limits (known as
            above, otherwise True).
    """

    method: str
    path: str
    declared: str
    documented: str
    role: str = ""
    optional: bool = False
    first_party: bool = False
    public: bool = False
    allow_suspended: bool = False
    rate_limited: bool = True

    @property
    def scope(self) -> str:
        """The scope a token needs: the documented one, or else the declared.

        Returns:
            A scope, or ``""`` for first-party and public routes.
        """
        if self.first_party or self.public:
            return ""
        return self.documented or self.declared

    @property
    def name(self) -> str:
        """Method and path, such as ``GET /api/workouts``."""
        return f"{self.method} {self.path}"


@functools.cache
def routes(release: str) -> tuple[Route, ...]:
    """Return the routes of a release, in the order of the table.

    Args:
        release: A version such as ``1.3.6``; without a column of its own,
            that of the next older release is used.

    Raises:
        ValueError: The release is older than the first column.
    """
    declared = _table("declared.csv")
    documented = _table("documented.csv")
    column = _column(declared[0], release)
    stated_in = _column(documented[0], release)
    # Some placeholders have different names in the two tables.
    stated = {
        (row["method"], nameless(row["path"])): row[stated_in]
        for row in documented
        if row[stated_in]
    }
    return tuple(
        _route(
            row,
            column,
            stated.get((row["method"], nameless(row["path"])), ""),
        )
        for row in declared
        if row[column]
    )


@functools.cache
def releases() -> tuple[str, ...]:
    """Return the releases with a column in either table, oldest first."""
    columns = {
        name
        for table in ("declared.csv", "documented.csv")
        for name in _table(table)[0]
        if _is_version(name)
    }
    return tuple(sorted(columns, key=Version))


def is_documented(version: str) -> bool:
    """Return whether the documentation of a version is known.

    Args:
        version: The version that a target reports. A newer or invalid one
            is tested against the newest documentation, and may lack what
            that states.
    """
    try:
        return Version(version) <= Version(releases()[-1])
    except InvalidVersion:
        return False


def nameless(path: str) -> str:
    """Return a path without the names and types of its placeholders."""
    return re.sub(r"<[^>]*>", "<>", path)


def _table(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the two tables."""
    folder = resources.files("conformance") / "requirements" / "scope-map"
    text = (folder / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _column(row: dict[str, str], release: str) -> str:
    """Return the newest column that is not newer than the release."""
    known = [name for name in row if _is_version(name)]
    fitting = [name for name in known if Version(name) <= Version(release)]
    if not fitting:
        raise ValueError(f"no scope map for FitTrackee {release}")
    return max(fitting, key=Version)


def _is_version(name: str) -> bool:
    """Return whether the name of a column is a version."""
    try:
        Version(name)
    except InvalidVersion:
        return False
    return True


def _route(row: dict[str, str], column: str, stated: str) -> Route:
    """Return the route of a cell such as ``workouts:read|opt``."""
    access, *marks = row[column].split("|")
    return Route(
        method=row["method"],
        path=row["path"],
        declared="" if access in _NOT_SCOPES else access,
        documented="" if stated in (*_NONE_STATED, *_NOT_SCOPES) else stated,
        role=next((m for m in marks if m in ("admin", "moderator")), ""),
        optional="opt" in marks,
        first_party=access == "FIRST_PARTY",
        public=access == "PUBLIC",
        allow_suspended=row.get(f"allow_suspended_{column}") == "True",
        rate_limited=row.get(f"rate_limit_exempt_{column}") != "True",
    )


def documented(version: str) -> dict[str, str]:
    """Return the documented scope of each route, by its name.

    Args:
        version: A release; for an unknown one the newest is used.
    """
    try:
        found = routes(version)
    except ValueError:
        found = routes(releases()[-1])
    return {route.name: route.documented for route in found}

"""The scopes that FitTrackee's routes require, by release.

They are in two tables (``requirements/scope-map``): ``declared.csv`` has what
a release's routes declare in code, ``documented.csv`` what its API
documentation states. The documentation is the contract; the declaration says
which routes exist, which of them need no token and which role they require.

A column is a release, a row is a route. An empty cell of ``declared.csv``
means that the release does not have the route. Other cells consist of an
access and any flags, separated by ``|``, as in ``users:write|moderator``:

- The access is the required scope, ``FIRST_PARTY`` (only FitTrackee's own
  session is accepted) or ``PUBLIC`` (no credentials are needed).
- The flags are the minimum role, ``admin`` or ``moderator``, and ``opt``
  (authentication is optional).

A cell of ``documented.csv`` is a scope or ``(none stated)``; it is empty if
the release's documentation does not have the route.
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
            states none. The documentation may be wrong: some of these
            scopes do not exist, so that no app can register them.
        role: The minimum role, ``admin``, ``moderator`` or ``""``.
        optional: Whether authentication is optional.
        first_party: Whether only FitTrackee's own session is accepted.
        public: Whether it never needs credentials.
        allow_suspended: Whether a suspended user may use it (known for
            releases from 1.3.6 on, otherwise False).
        rate_limited: Whether it counts towards the rate limits (known for
            the same releases, otherwise True).
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
        release: A version such as ``1.3.6``. If it has no column, the
            column of the newest older release is used.

    Raises:
        ValueError: The release is older than the first column.
    """
    declared = _table("declared.csv")
    documented = _table("documented.csv")
    declared_column = _column(declared[0], release)
    documented_column = _column(documented[0], release)
    documented_scopes = {
        _key(row): row[documented_column]
        for row in documented
        if row[documented_column]
    }
    return tuple(
        _route(row, declared_column, documented_scopes.get(_key(row), ""))
        for row in declared
        if row[declared_column]
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
    """Return whether the tables cover a version.

    Args:
        version: The version that a target reports. One that is newer than
            all columns, or invalid, is not covered: it is tested against the
            newest documentation, and may lack scopes and routes that this
            documentation states.
    """
    try:
        return Version(version) <= Version(releases()[-1])
    except InvalidVersion:
        return False


def without_placeholder_names(path: str) -> str:
    """Return a path without the names and types of its placeholders."""
    return re.sub(r"<[^>]*>", "<>", path)


def _key(row: dict[str, str]) -> tuple[str, str]:
    """Return the key of a route, the same for its rows in both tables.

    Some placeholders have different names in the two tables.
    """
    return row["method"], without_placeholder_names(row["path"])


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


def _route(row: dict[str, str], column: str, documented_scope: str) -> Route:
    """Return a route in one release.

    Args:
        row: Its row in ``declared.csv``.
        column: The column of the release; its cell is not empty.
        documented_scope: Its cell in ``documented.csv``.
    """
    access, *flags = row[column].split("|")
    stated = documented_scope not in (*_NONE_STATED, *_NOT_SCOPES)
    return Route(
        method=row["method"],
        path=row["path"],
        declared="" if access in _NOT_SCOPES else access,
        documented=documented_scope if stated else "",
        role=next((f for f in flags if f in ("admin", "moderator")), ""),
        optional="opt" in flags,
        first_party=access == "FIRST_PARTY",
        public=access == "PUBLIC",
        allow_suspended=row.get(f"allow_suspended_{column}") == "True",
        rate_limited=row.get(f"rate_limit_exempt_{column}") != "True",
    )


def documented_scopes(version: str) -> dict[str, str]:
    """Return the documented scope of each route, by the route's name.

    Args:
        version: The version that a target reports. For an invalid one, or
            one that is older than all columns, the newest column is used.
    """
    try:
        found = routes(version)
    except ValueError:
        found = routes(releases()[-1])
    return {route.name: route.documented for route in found}

"""Which route of FitTrackee needs which scope, release by release.

Two tables, both data (``requirements/scope-map``): ``declared.csv`` is what
a release's routes declare in code, ``documented.csv`` what its API
documentation promises. The documentation is the contract; the declaration
says which routes exist, whom they let in without a token and which role
they ask for.
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources

from packaging.version import InvalidVersion, Version

_NO_PROMISE = ("", "(none stated)")
_NOT_SCOPES = ("FIRST_PARTY", "PUBLIC")


@dataclass(frozen=True)
class Route:
    """One method of one path, as one release has it.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path with Werkzeug's placeholders
            (``/api/users/<user_name>``).
        declared: The scope that the code declares, ``""`` for first-party
            and public routes.
        documented: The scope that the documentation states, ``""`` where
            it states none; it need not be one an app can register.
        role: The minimum role, ``admin``, ``moderator`` or ``""``.
        optional: Answers without credentials too.
        first_party: Reachable with FitTrackee's own session only.
        public: Needs no credentials at all.
        allow_suspended: A suspended user may use it (known for releases
            from 1.3.6 on, False elsewhere).
        rate_limited: Counts towards the rate limits (likewise).
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
        """The scope a token needs: the documented one, else the declared.

        Returns:
            A scope, or ``""`` where no token is ever enough or needed.
        """
        if self.first_party or self.public:
            return ""
        return self.documented or self.declared

    @property
    def name(self) -> str:
        """The route as one text, such as ``GET /api/workouts``."""
        return f"{self.method} {self.path}"


@functools.cache
def routes(release: str) -> tuple[Route, ...]:
    """Return the routes of a release, in the order of the table.

    Args:
        release: A version such as ``1.3.6``; the newest column that is not
            newer than it is used.

    Raises:
        ValueError: The release is older than the first column.
    """
    declared = _table("declared.csv")
    documented = _table("documented.csv")
    column = _column(declared[0], release)
    promised = _column(documented[0], release)
    # The two tables name some placeholders differently.
    promises = {
        (row["method"], nameless(row["path"])): row[promised]
        for row in documented
        if row[promised]
    }
    return tuple(
        _route(
            row,
            column,
            promises.get((row["method"], nameless(row["path"])), ""),
        )
        for row in declared
        if row[column]
    )


@functools.cache
def releases() -> tuple[str, ...]:
    """Return every release that either table has a column for, in order."""
    columns = {
        name
        for table in ("declared.csv", "documented.csv")
        for name in _table(table)[0]
        if _is_version(name)
    }
    return tuple(sorted(columns, key=Version))


def is_documented(version: str) -> bool:
    """Tell whether a release's own documentation is known here.

    Args:
        version: What a target says of itself. A newer one, or one that is
            no release, is held to the newest documentation, and may lack
            what that promises.
    """
    try:
        return Version(version) <= Version(releases()[-1])
    except InvalidVersion:
        return False


def nameless(path: str) -> str:
    """Return a path without the names and types of its placeholders."""
    return re.sub(r"<[^>]*>", "<>", path)


def _table(name: str) -> list[dict[str, str]]:
    """Read one of the two tables."""
    folder = resources.files("conformance") / "requirements" / "scope-map"
    text = (folder / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _column(row: dict[str, str], release: str) -> str:
    """Pick the newest column that is not newer than the release."""
    known = [name for name in row if _is_version(name)]
    fitting = [name for name in known if Version(name) <= Version(release)]
    if not fitting:
        raise ValueError(f"no scope map for FitTrackee {release}")
    return max(fitting, key=Version)


def _is_version(name: str) -> bool:
    """Tell a release's column from the others."""
    try:
        Version(name)
    except InvalidVersion:
        return False
    return True


def _route(row: dict[str, str], column: str, promise: str) -> Route:
    """Build a route from a cell such as ``workouts:read|opt``."""
    access, *marks = row[column].split("|")
    return Route(
        method=row["method"],
        path=row["path"],
        declared="" if access in _NOT_SCOPES else access,
        documented="" if promise in (*_NO_PROMISE, *_NOT_SCOPES) else promise,
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
        version: A release; the newest one stands in for one unknown.
    """
    try:
        found = routes(version)
    except ValueError:
        found = routes(releases()[-1])
    return {route.name: route.documented for route in found}

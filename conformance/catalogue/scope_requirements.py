"""The requirements of the scope map: one for each route and direction.

The oracle is the scope that a release's API documentation states
(``documented.csv``). Without one, only two kinds of routes have requirements:
first-party routes, which must reject every app's token, and routes with
optional authentication, which must reject an invalid token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version

from conformance.catalogue.scope_map import Route, releases, routes
from conformance.catalogue.scopes import SINCE

if TYPE_CHECKING:
    from collections.abc import Callable

LET_IN = "let-in"
KEPT_OUT = "kept-out"
NO_DOWNGRADE = "no-downgrade"
FIRST_PARTY = "first-party"  # kept out, whatever its scope
PREFIX = "fittrackee/scope-map"

_TITLES = {
    LET_IN: "{route} accepts a token with the documented scope.",
    KEPT_OUT: "{route} rejects a token without the documented scope.",
    FIRST_PARTY: "{route} rejects every app's token.",
    NO_DOWNGRADE: "{route} rejects an invalid token, though it requires none.",
}
_REMEDIES = {
    LET_IN: (
        "Apps cannot do what the documentation states and the user "
        "consented to. Require the scope that the documentation states."
    ),
    KEPT_OUT: (
        "Apps get access that the user did not consent to. Require the "
        "scope that the documentation states, and no other."
    ),
    FIRST_PARTY: (
        "Apps get access that no user can consent to. Accept FitTrackee's "
        "own session only."
    ),
    NO_DOWNGRADE: (
        "A client with an expired token gets the response for anonymous "
        "users and mistakes missing data for deleted data. Reject the token "
        "with 401."
    ),
}
_STAKES = {
    LET_IN: {"stake": "interop"},
    KEPT_OUT: {
        "stake": "data",
        "threat": "abuse of a token by a legitimate client",
    },
    FIRST_PARTY: {
        "stake": "account",
        "threat": "abuse of a token by a legitimate client",
    },
    NO_DOWNGRADE: {"stake": "interop"},
}
_LEVELS = {LET_IN: "MUST", KEPT_OUT: "MUST", NO_DOWNGRADE: "SHOULD"}
_ERRS = (
    "The documentation names a scope that no release has: an error of the "
    "documentation, noted and never failed."
)
_SOURCES = {
    LET_IN: ["rfc6750/2.1"],
    KEPT_OUT: ["rfc6749/7", "rfc9700/2.3"],
    NO_DOWNGRADE: ["rfc6750/3.1"],
}


def _documented(route: Route) -> bool:
    return bool(route.documented)


def _closed(route: Route) -> bool:
    """Return whether a scope is documented, or no app may use the route."""
    first_party = route.first_party and not route.path.startswith("/api/oauth")
    return bool(route.documented) or first_party


def _optional(route: Route) -> bool:
    return route.optional


_HOLDS: dict[str, Callable[[Route], bool]] = {
    LET_IN: _documented,
    KEPT_OUT: _closed,
    NO_DOWNGRADE: _optional,
}


@dataclass(frozen=True)
class ScopeRequirement:
    """The requirement on a route in one direction.

    Attributes:
        method: HTTP method.
        path: Path with its placeholders.
        direction: ``let-in``, ``kept-out`` or ``no-downgrade``.
        since: First release it applies to.
        until: First release it no longer applies to, ``""`` for none.
        untested: Why it cannot be tested, ``""`` if it can.
        first_party: Whether no release documents a scope for the route.
        unknown_scope: A documented scope that no release has, from which
            tokens would be kept out, ``""`` without one: the documentation
            errs, and the requirement is a MAY.
    """

    method: str
    path: str
    direction: str
    since: str
    until: str
    untested: str = ""
    first_party: bool = False
    unknown_scope: str = ""

    @property
    def slug(self) -> str:
        """The last part of the id."""
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"\1", self.path)
        words = re.sub(r"[^a-z0-9]+", "-", path.removeprefix("/api/"))
        return f"{self.method.lower()}-{words.strip('-')}-{self.direction}"

    @property
    def id(self) -> str:
        """The id of the requirement."""
        return f"{PREFIX}/{self.slug}"

    @property
    def kind(self) -> str:
        """The direction, or ``first-party`` if no scope is sufficient."""
        return FIRST_PARTY if self.first_party else self.direction

    def route(self, version: str) -> Route:
        """Return the route in a release, in the newest for an invalid one."""
        try:
            release = str(Version(version))
        except InvalidVersion:
            release = releases()[-1]
        found = (r for r in routes(release) if r.name == self._name)
        return next(found)

    def entry(self) -> dict[str, Any]:
        """Return the requirement as a table of a requirement file."""
        entry: dict[str, Any] = {
            "level": _LEVELS[self.direction],
            "title": _TITLES[self.kind].format(route=self._name),
            "remedy": _REMEDIES[self.kind],
            "sources": _SOURCES[self.direction],
            "since": self.since,
            **_STAKES[self.kind],
        }
        more = {"until": self.until, "untested": self.untested}
        if self.unknown_scope:
            more |= {"level": "MAY", "unkillable": _ERRS, "stake": "form"}
            del entry["threat"]
        return {**entry, **{name: text for name, text in more.items() if text}}

    @property
    def _name(self) -> str:
        return f"{self.method} {self.path}"


@cache
def scope_requirements(direction: str = "") -> tuple[ScopeRequirement, ...]:
    """Return the requirements of one direction, all without one."""
    wanted = [direction] if direction else list(_HOLDS)
    return tuple(p for each in wanted for p in _requirements_of(each))


def entries() -> dict[str, dict[str, Any]]:
    """Return the tables of all requirements by id."""
    return {
        requirement.id: requirement.entry()
        for requirement in scope_requirements()
    }


def _requirements_of(direction: str) -> list[ScopeRequirement]:
    """Return the requirements of a direction, over all releases."""
    found: dict[str, dict[str, Route]] = {}
    for release in releases():
        for route in routes(release):
            if _HOLDS[direction](route):
                found.setdefault(route.name, {})[release] = route
    return [_requirement(direction, by) for by in found.values()]


def _requirement(
    direction: str, by_release: dict[str, Route]
) -> ScopeRequirement:
    """Return the requirement on a route, given by the releases with it."""
    since, route = next(iter(by_release.items()))
    later = releases()[releases().index(since) :]
    until = next((r for r in later if r not in by_release), "")
    if until and any(r in by_release for r in later[later.index(until) :]):
        raise ValueError(f"{route.name}: added, removed and added again")
    stated = {r.documented for r in by_release.values() if r.documented}
    unknown = min(stated - set(SINCE), default="")
    why = f"no app can register the documented scope {unknown}"
    return ScopeRequirement(
        route.method,
        route.path,
        direction,
        since,
        until,
        why if unknown and direction == LET_IN else "",
        first_party=direction == KEPT_OUT and not stated,
        unknown_scope=unknown if direction == KEPT_OUT else "",
    )

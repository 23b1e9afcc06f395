"""Requirements made from the scope map: one for each route and direction.

The oracle is the scope that a release's API documentation states
(``documented.csv``). Where it states none, nothing is promised to apps:
then only first-party routes, which have to keep every app out, and routes
of optional authentication, which have to refuse a bad token, are judged.
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
FIRST_PARTY = "first-party"  # kept out altogether: no scope is enough
PREFIX = "fittrackee/scope-map"

_TITLES = {
    LET_IN: "{route} lets a token in that has the documented scope.",
    KEPT_OUT: "{route} keeps a token out that lacks the documented scope.",
    FIRST_PARTY: "{route} keeps every app's token out.",
    NO_DOWNGRADE: "{route} refuses a bad token, though it needs none.",
}
_REMEDIES = {
    LET_IN: (
        "Apps cannot do what the documentation promises them and the user "
        "consented to. Ask for the scope that the documentation states."
    ),
    KEPT_OUT: (
        "Apps get at what the user never consented to. Ask for the scope "
        "that the documentation states, and for no other."
    ),
    FIRST_PARTY: (
        "Apps get at what the user never consented to, and could not. Let "
        "FitTrackee's own session in alone."
    ),
    NO_DOWNGRADE: (
        "A client whose token ended gets an anonymous visitor's answer and "
        "takes missing data for deleted data. Refuse the token with 401."
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
_SOURCES = {
    LET_IN: ["rfc6750/2.1"],
    KEPT_OUT: ["rfc6749/7", "rfc9700/2.3"],
    NO_DOWNGRADE: ["rfc6750/3.1"],
}


def _documented(route: Route) -> bool:
    return bool(route.documented)


def _closed(route: Route) -> bool:
    """A stated scope, or a route that the code gives to no app."""
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
    """What one route owes apps, in one direction.

    Attributes:
        method: HTTP method.
        path: Path with its placeholders.
        direction: ``let-in``, ``kept-out`` or ``no-downgrade``.
        since: First release that makes the promise.
        until: First release that no longer makes it, ``""`` for none.
        untested: Why it cannot be judged, ``""`` when it can.
        first_party: No release states a scope that would be enough.
    """

    method: str
    path: str
    direction: str
    since: str
    until: str
    untested: str = ""
    first_party: bool = False

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
        """The direction, or ``first-party`` where no scope is enough."""
        return FIRST_PARTY if self.first_party else self.direction

    def route(self, version: str) -> Route:
        """Return the route as a release has it; the newest if unknown."""
        try:
            release = str(Version(version))
        except InvalidVersion:
            release = releases()[-1]
        found = (r for r in routes(release) if r.name == self._name)
        return next(found)

    def entry(self) -> dict[str, Any]:
        """Return the requirement as an entry of the catalogue."""
        entry: dict[str, Any] = {
            "level": _LEVELS[self.direction],
            "title": _TITLES[self.kind].format(route=self._name),
            "remedy": _REMEDIES[self.kind],
            "sources": _SOURCES[self.direction],
            "since": self.since,
            **_STAKES[self.kind],
        }
        told = {"until": self.until, "untested": self.untested}
        return {**entry, **{name: text for name, text in told.items() if text}}

    @property
    def _name(self) -> str:
        return f"{self.method} {self.path}"


@cache
def promises(direction: str = "") -> tuple[ScopeRequirement, ...]:
    """Return the promises of one direction, all without one."""
    wanted = [direction] if direction else list(_HOLDS)
    return tuple(p for each in wanted for p in _promises(each))


def entries() -> dict[str, dict[str, Any]]:
    """Return the catalogue's entries by requirement id."""
    return {promise.id: promise.entry() for promise in promises()}


def _promises(direction: str) -> list[ScopeRequirement]:
    """Collect, over all releases, which of them make which promise."""
    made: dict[str, dict[str, Route]] = {}
    for release in releases():
        for route in routes(release):
            if _HOLDS[direction](route):
                made.setdefault(route.name, {})[release] = route
    return [_promise(direction, by) for by in made.values()]


def _promise(direction: str, made_by: dict[str, Route]) -> ScopeRequirement:
    """Build a promise from the releases that make it, in their order."""
    since, route = next(iter(made_by.items()))
    later = releases()[releases().index(since) :]
    until = next((r for r in later if r not in made_by), "")
    if until and any(r in made_by for r in later[later.index(until) :]):
        raise ValueError(f"{route.name}: promised, withdrawn, promised again")
    stated = {r.documented for r in made_by.values() if r.documented}
    untested = _untested(stated) if direction == LET_IN else ""
    return ScopeRequirement(
        route.method,
        route.path,
        direction,
        since,
        until,
        untested,
        first_party=direction == KEPT_OUT and not stated,
    )


def _untested(stated: set[str]) -> str:
    """Say why a promise cannot be claimed: nobody can get the scope."""
    unknown = sorted(stated - set(SINCE))
    if not unknown:
        return ""
    return f"no app can register the scope {unknown[0]} that is documented"

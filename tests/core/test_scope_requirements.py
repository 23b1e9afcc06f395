"""Requirements made from the scope map, and their harmless probes."""

from collections import Counter

import pytest

from conformance.catalogue.route_probes import CHEAP, OWN_INSTANCE_ONLY, probe
from conformance.catalogue.scope_map import releases, routes
from conformance.catalogue.scope_requirements import (
    KEPT_OUT,
    LET_IN,
    NO_DOWNGRADE,
    entries,
    scope_requirements,
)
from conformance.catalogue.scopes import SINCE, scopes


def test_ids_are_unique():
    ids = Counter(requirement.id for requirement in scope_requirements())
    assert max(ids.values()) == 1
    assert len(entries()) == len(ids)


def test_every_documented_route_is_promised_in_both_directions():
    stated = {
        (route.method, route.path)
        for release in releases()
        for route in routes(release)
        if route.documented
    }
    for direction in (LET_IN, KEPT_OUT):
        found = {(p.method, p.path) for p in scope_requirements(direction)}
        assert stated <= found


@pytest.mark.parametrize("direction", [LET_IN, KEPT_OUT, NO_DOWNGRADE])
def test_promise_holds_from_since_to_until(direction):
    for requirement in scope_requirements(direction):
        order = releases()
        last = (
            order.index(requirement.until) if requirement.until else len(order)
        )
        for release in order[order.index(requirement.since) : last]:
            route = requirement.route(release)
            assert route.documented or route.first_party or route.optional


def test_promise_of_an_unknown_version_is_the_newest():
    requirement = next(p for p in scope_requirements(LET_IN) if not p.until)
    newest = releases()[-1]
    assert requirement.route("who knows") == requirement.route(newest)


def test_unregistrable_scope_is_untested_with_its_name():
    reasons = {p.untested for p in scope_requirements() if p.untested}
    assert reasons
    assert all("tasks:read" in reason for reason in reasons)


def test_first_party_routes_are_kept_out_only():
    logout = [p for p in scope_requirements() if p.path == "/api/auth/logout"]
    assert [p.direction for p in logout] == [KEPT_OUT]


def test_documented_scopes_are_known_since_their_release():
    for release in releases():
        known = set(scopes(release))
        for route in routes(release):
            named = route.documented
            assert not named or named not in SINCE or named in known


@pytest.mark.parametrize("release", releases())
def test_probes_leave_no_placeholder(release):
    for route in routes(release):
        asked = probe(route)
        assert "<" not in asked.path
        assert asked.method == route.method
        assert asked.own_instance_only is (route.name in OWN_INSTANCE_ONLY)


def test_every_scope_has_a_cheap_probe():
    assert set(CHEAP) == set(SINCE)


def test_scopes_of_an_unknown_version_are_all():
    assert scopes("next") == tuple(SINCE)
    assert "media:write" not in scopes("1.2.2")

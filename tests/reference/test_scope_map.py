"""The scope map: two tables, joined into routes."""

from __future__ import annotations

import pytest

from conformance.catalogue.releases import newest
from conformance.catalogue.scope_map import routes


def route(release, name):
    (found,) = [r for r in routes(release) if r.name == name]
    return found


def test_a_route():
    found = route("1.3.6", "PATCH /api/config")
    assert found.declared == found.documented == "application:write"
    assert found.scope == "application:write"
    assert found.role == "admin"
    assert not found.optional
    assert not found.first_party


def test_kinds_of_access():
    assert route("1.3.6", "GET /api/oauth/apps").first_party
    assert route("1.3.6", "GET /api/oauth/apps").allow_suspended
    assert route("1.3.6", "POST /api/oauth/token").public
    sports = route("1.3.6", "GET /api/sports")
    assert sports.optional
    assert sports.scope == "workouts:read"


def test_documentation_wins():
    name = "DELETE /api/workouts/upload-tasks/<string:task_short_id>"
    found = route("1.3.6", name)
    assert found.declared == "workouts:read"
    assert found.scope == "workouts:write"


def test_tables_are_joined_whatever_the_placeholders_names():
    segments = [r for r in routes("0.8.13") if "chart_data/segment" in r.path]
    assert [r.documented for r in segments] == ["workouts:read"]


@pytest.mark.parametrize(
    ("release", "same_as"), [("0.7.31", "0.7.26"), ("9.9", newest())]
)
def test_nearest_older_release(release, same_as):
    assert {r.name for r in routes(release)} == {
        r.name for r in routes(same_as)
    }


def test_too_old_a_release():
    with pytest.raises(ValueError, match=r"0\.6"):
        routes("0.6")

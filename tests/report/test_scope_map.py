"""The scope map is one grid, and its findings are told together."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conformance.catalogue.scope_requirements import (
    KEPT_OUT,
    scope_requirements,
)

from . import sample
from .drawn import render

WORKOUTS = "fittrackee/scope-map/get-workouts"


def mapped(id_: str, verdict: str = "pass", **more: Any) -> dict[str, Any]:
    more.setdefault("title", f"{id_} holds.")
    return sample.requirement(id_, verdict=verdict, **more)


def run(requirements: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    ran = [
        sample.scenario(
            f"protocol/test_scope_map.py::test_it[{one['id'][21:]}]",
            "It holds.",
            [one["id"]],
            one["verdict"],
        )
        for one in requirements
        if one["verdict"] != "untested"
    ]
    return sample.assemble(requirements, ran, **more)


def grid(html: str) -> str:
    found = re.search(r'(?s)<details[^>]*id="scope-map".*?</table>', html)
    assert found
    return found[0]


def test_a_route_is_one_row_that_leads_to_its_scenarios() -> None:
    html = render(
        run([mapped(f"{WORKOUTS}-let-in"), mapped(f"{WORKOUTS}-kept-out")])
    )

    assert grid(html).count('<th scope="row">') == 1
    assert "<b>GET</b> /api/workouts <small>workouts:read</small>" in html
    for direction in ("let-in", "kept-out"):
        scenario = f"test_it%5Bget-workouts-{direction}%5D"
        link = f"#protocol/test_scope_map.py::{scenario}"
        assert f'href="{link}"' in grid(html)
        assert f'id="{WORKOUTS}-{direction}"' in grid(html)


def test_its_requirements_are_no_ordinary_rows() -> None:
    html = render(run([mapped(f"{WORKOUTS}-let-in")]))

    assert '<table class="r">' not in html
    assert html.count("get-workouts-let-in holds.") == 0


def test_what_is_no_promise_stays_an_ordinary_row() -> None:
    html = render(run([mapped("fittrackee/scope-map/gone-let-in")]))

    assert '<table class="r">' in html
    assert 'id="scope-map"' not in html


@pytest.mark.parametrize(("verdict", "opened"), [("pass", 0), ("fail", 1)])
def test_it_is_open_when_something_fails(verdict: str, opened: int) -> None:
    html = render(run([mapped(f"{WORKOUTS}-let-in", verdict)]))

    assert bool(opened) is (" open" in grid(html).partition(">")[0])


def test_why_a_route_was_not_tested_stands_in_its_cell() -> None:
    html = render(
        run([mapped(f"{WORKOUTS}-let-in", "untested", reason="no such app")])
    )

    assert "<small>no such app</small>" in grid(html)


def test_an_unknown_version_is_shown_as_the_newest() -> None:
    for version in ("", "0.1", "not a version", "99.9"):
        target = {"kind": "url", "name": "x", "url": "", "version": version}
        html = render(run([mapped(f"{WORKOUTS}-let-in")], target=target))
        assert "workouts:read" in grid(html)


def test_the_same_finding_on_many_routes_is_told_once() -> None:
    some = [p for p in scope_requirements(KEPT_OUT) if not p.first_party][:9]
    html = render(run([mapped(one.id, "fail") for one in some]))

    assert html.count("<article") == 1
    assert "Violated on 9 routes" in html
    for one in some:
        assert f'<li><a href="#{one.id}">' in html


def test_a_finding_on_one_route_is_told_by_itself() -> None:
    html = render(run([mapped(f"{WORKOUTS}-let-in", "fail")]))

    assert html.count("<article") == 1
    assert "Violated on" not in html

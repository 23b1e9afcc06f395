"""Mutation tests: every check can fail, and nothing else fails with it.

1. Without a fault no scenario fails, warns, errs or is blocked.
2. Under each fault at least one scenario of each requirement that it violates
   fails, and no canary of another requirement does.
3. Each requirement is violated by at least one fault, or has a reason why not.
4. If a precondition accepts too much, its scenario is blocked and names a
   requirement that another scenario fails in the same run.
"""

from __future__ import annotations

import ast
import os
import re
from functools import cache

import pytest
from kill_canaries import BLOCKING, CANARIES
from kill_run import ROOT, run

from conformance import faults
from conformance.catalogue import catalogue
from conformance.catalogue.releases import newest
from conformance.lists.listing import scenario_rows
from conformance.provision import has_browser

RED = {"fail", "warn"}
BROKEN = {"fail", "warn", "known"}  # a documented deviation breaks as well
QUIET = {"pass", "known", "unsupported"}
UNTOUCHED = QUIET | {"blocked"}  # a fault may block a canary
BREAKS = re.compile(r"this breaks (\S+)")  # the end of a blocked message
IDS = {requirement.id for requirement in catalogue()}
ADVERSARY = "conformance.faults.adversary."  # its faults' modules

faults.load()
FAULTS = [f.name for f in faults.all_faults()]
pytestmark = pytest.mark.xdist_group("kill matrix")


@pytest.fixture(scope="session")
def matrix(tmp_path_factory):
    """Every scenario under every fault that violates what it verifies."""
    folder = tmp_path_factory.mktemp("matrix")
    adversary = " ".join(f for f in FAULTS if _adversary(f))
    rows = run(
        ["protocol"],
        folder / "protocol.json",
        KILL_MATRIX_ELSEWHERE=adversary,
    )
    rows += run(
        ["protocol/test_scope_map.py"],
        folder / "old.json",
        KILL_MATRIX_CONTRACT="0.8",
        KILL_MATRIX_ONLY=" ".join(f for f in FAULTS if _of_old_releases(f)),
    )
    rows += run(
        ["properties"],
        folder / "properties.json",
        KILL_MATRIX_ONLY=adversary,
        FITTRACKEE_EXAMPLES_DIR=str(folder / "examples"),
    )
    if browser():
        return rows + run(["browser"], folder / "browser.json")
    assert not os.environ.get("CI"), "CI needs a browser"
    return rows


@cache
def browser():
    return has_browser()  # starts one, so ask once


@cache
def scenarios():
    return scenario_rows()


@cache
def judged_in_browser():
    """Requirements that only the browser's scenarios verify."""
    found = {}
    for row in scenarios():
        for requirement in row["requirements"]:
            found.setdefault(requirement, set()).add(row["id"].split("/")[0])
    return {r for r, folders in found.items() if folders == {"browser"}}


def _of_old_releases(fault):
    """Whether it violates a requirement that the newest release lacks."""
    return any(
        not catalogue()[v].applies_to(newest()) for v in _violated(fault)
    )


def _adversary(fault):
    """Whether only fuzzing, stateful or race tests can find it."""
    return faults.get(fault).apply.__module__.startswith(ADVERSARY)


@cache
def _violated(name):
    return {catalogue()[v].id for v in faults.get(name).violates}


def _behind_proxy(requirement):
    return catalogue()[requirement].behind_proxy


def _summaries(rows):
    return [(r["scenario"], r["verdict"], r["message"]) for r in rows]


def test_canaries_exist():
    assert {s["id"].partition("[")[0] for s in scenarios()} >= CANARIES


def test_reference_conforms(matrix):
    rows = [row for row in matrix if row["fault"] == "none"]
    assert rows
    assert not _summaries(r for r in rows if r["verdict"] not in QUIET)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_catalogued(name):
    fault = faults.get(name)
    assert fault.violates
    assert [v for v in fault.violates if v not in catalogue()] == []
    assert fault.summary.endswith(".")


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_killed(matrix, name):
    """Every requirement that it violates fails (or is a known failure).

    Those that need a proxy are covered by tests/deployment.
    """
    rows = [row for row in matrix if row["fault"] == name]
    broken = {
        requirement
        for row in rows
        if row["verdict"] in BROKEN
        for requirement in row["requirements"]
    }
    expected = {r for r in _violated(name) if not _behind_proxy(r)}
    if not expected:
        return
    if not browser():
        expected = expected - judged_in_browser()
    assert expected <= broken, _summaries(rows)
    excused = all(catalogue()[r].deviation for r in expected)
    assert excused or any(row["verdict"] in RED for row in rows)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_breaks_nothing_else(matrix, name):
    violated = _violated(name)
    assert not _summaries(
        row
        for row in matrix
        if row["fault"] == name
        and row["verdict"] not in UNTOUCHED
        and not violated & set(row["requirements"])
    )


@pytest.mark.parametrize("requirement", [r.id for r in catalogue()])
def test_requirement_can_be_broken(requirement):
    entry = catalogue()[requirement]
    if entry.level == "MAY":
        return  # an observation never fails
    breakers = [f for f in FAULTS if requirement in _violated(f)]
    reason = entry.unkillable or entry.untested
    assert breakers or reason, "no fault breaks it, and no reason why"
    assert not (breakers and entry.unkillable), "a fault does break it"


def _violation_named(row):
    """Return the requirement that a blocked scenario names, or None."""
    named = BREAKS.search(row["message"])
    return named[1] if row["verdict"] == "blocked" and named else None


@pytest.mark.parametrize("name", FAULTS)
def test_what_blocks_also_fails(matrix, name):
    """What blocks scenarios fails in a scenario that verifies it."""
    rows = [row for row in matrix if row["fault"] == name]
    red = {
        requirement
        for row in rows
        if row["verdict"] in BROKEN
        for requirement in row["requirements"]
    }
    assert {_violation_named(row) for row in rows} - {None} <= red


@pytest.mark.parametrize(
    "blocking",
    BLOCKING,
    ids=lambda blocking: f"{blocking.fault}-{blocking.name}",
)
def test_precondition_that_accepts_too_much_blocks(matrix, blocking):
    """The scenario verifies something else, and names the violation."""
    rows = [
        row
        for row in matrix
        if row["fault"] == blocking.fault
        and row["scenario"].startswith(
            f"protocol/{blocking.where}::{blocking.name}"
        )
    ]
    assert blocking.breaks in _violated(blocking.fault)
    assert blocking.breaks in {_violation_named(row) for row in rows}, (
        _summaries(rows)
    )
    assert not [row for row in rows if blocking.breaks in row["requirements"]]


def test_each_requirement_that_a_precondition_names_has_a_fault():
    """Each ``broken=`` has a fault under which it blocks a scenario."""
    files = [*(ROOT / "scenarios").rglob("*.py")]
    actors = ROOT / "conformance" / "actors"
    files += [actors / name for name in ("app.py", "issued.py")]
    named = {
        word
        for file in files
        for word in _texts(ast.parse(file.read_text("utf-8")))
        if word in IDS
    }
    assert named - {blocking.breaks for blocking in BLOCKING} == set()


def _texts(node):
    """Yield the strings of a module, except those of ``verifies(…)``."""
    function = getattr(node, "func", None)
    if getattr(function, "id", "") == "verifies":
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for inner in ast.iter_child_nodes(node):
        yield from _texts(inner)

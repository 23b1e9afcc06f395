"""Proof that every check can fail, and that nothing else fails with it.

1. Without a fault nothing fails, warns, errs or is blocked.
2. Each fault turns at least one scenario of everything it claims to
   violate red, and no canary that it does not claim to touch.
3. Each requirement is broken by at least one fault, or says why none can.
4. Where a preparation was granted too much, its scenario is blocked and
   names a requirement that is red in the same run.
"""

from __future__ import annotations

import ast
import os
import re
from functools import cache

import pytest
from kill_canaries import CANARIES, MET
from kill_run import ROOT, run

from conformance import faults
from conformance.catalogue import catalogue
from conformance.catalogue.releases import newest
from conformance.lists.listing import scenario_rows
from conformance.provision import has_browser

RED = {"fail", "warn"}
BROKEN = {"fail", "warn", "known"}  # a documented deviation breaks as well
QUIET = {"pass", "known", "unsupported"}
UNTOUCHED = QUIET | {"blocked"}  # the fault stands in a canary's way
BREAKS = re.compile(r"this breaks (\S+)")  # the end of a blocked message
IDS = {requirement.id for requirement in catalogue()}
ADVERSARY = "conformance.faults.adversary."  # its faults' modules

faults.load()
FAULTS = [f.name for f in faults.all_faults()]
pytestmark = pytest.mark.xdist_group("kill matrix")


@pytest.fixture(scope="session")
def matrix(tmp_path_factory):
    """Every scenario under every fault that concerns it."""
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
    """Whether it breaks a promise that the newest release no longer makes."""
    return any(
        not catalogue()[v].applies_to(newest()) for v in _violated(fault)
    )


def _adversary(fault):
    """Whether only a hunt, a history or a race can find it."""
    return faults.get(fault).apply.__module__.startswith(ADVERSARY)


@cache
def _violated(name):
    return {catalogue()[v].id for v in faults.get(name).violates}


def _behind_proxy(requirement):
    return catalogue()[requirement].behind_proxy


def _told(rows):
    return [(r["scenario"], r["verdict"], r["message"]) for r in rows]


def test_canaries_exist():
    assert {s["id"].partition("[")[0] for s in scenarios()} >= CANARIES


def test_reference_conforms(matrix):
    rows = [row for row in matrix if row["fault"] == "none"]
    assert rows
    assert not _told(r for r in rows if r["verdict"] not in QUIET)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_catalogued(name):
    fault = faults.get(name)
    assert fault.violates
    assert [v for v in fault.violates if v not in catalogue()] == []
    assert fault.summary.endswith(".")


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_killed(matrix, name):
    """All that it claims to violate turns red (or is known to be).

    What needs a proxy is broken in tests/deployment, on a started server.
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
    assert expected <= broken, _told(rows)
    excused = all(catalogue()[r].deviation for r in expected)
    assert excused or any(row["verdict"] in RED for row in rows)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_breaks_nothing_else(matrix, name):
    violated = _violated(name)
    assert not _told(
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


def _named(row):
    """Return what a blocked scenario says the server breaks."""
    found = BREAKS.search(row["message"])
    return found[1] if row["verdict"] == "blocked" and found else None


@pytest.mark.parametrize("name", FAULTS)
def test_what_blocks_is_red_itself(matrix, name):
    """A scenario of its own reports what others are only blocked by."""
    rows = [row for row in matrix if row["fault"] == name]
    red = {
        requirement
        for row in rows
        if row["verdict"] in BROKEN
        for requirement in row["requirements"]
    }
    assert {_named(row) for row in rows} - {None} <= red


@pytest.mark.parametrize("met", MET, ids=lambda met: f"{met.fault}-{met.name}")
def test_preparation_that_is_granted_too_much_is_blocked(matrix, met):
    """The scenario is about something else, and says what is broken."""
    rows = [
        row
        for row in matrix
        if row["fault"] == met.fault
        and row["scenario"].startswith(f"protocol/{met.where}::{met.name}")
    ]
    assert met.breaks in _violated(met.fault)
    assert met.breaks in {_named(row) for row in rows}, _told(rows)
    assert not [row for row in rows if met.breaks in row["requirements"]]


def test_each_requirement_that_a_preparation_names_can_be_met():
    """No ``broken=`` without a fault that shows what comes of it."""
    files = [*(ROOT / "scenarios").rglob("*.py")]
    files += [ROOT / "conformance" / name for name in ("app.py", "grants.py")]
    named = {
        word
        for file in files
        for word in _texts(ast.parse(file.read_text("utf-8")))
        if word in IDS
    }
    assert named - {met.breaks for met in MET} == set()


def _texts(node):
    """Yield the texts of a module, those of ``verifies(…)`` left out."""
    function = getattr(node, "func", None)
    if getattr(function, "id", "") == "verifies":
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for inner in ast.iter_child_nodes(node):
        yield from _texts(inner)

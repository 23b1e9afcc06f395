"""Proof that every check can fail, and that nothing else fails with it.

1. Without a fault nothing fails, warns, errs or is blocked.
2. Each fault turns at least one scenario of everything it claims to
   violate red, and no canary that it does not claim to touch.
3. Each requirement is broken by at least one fault, or says why none can.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from kill_canaries import CANARIES

from conformance.catalogue import catalogue
from conformance.listing import scenario_rows
from conformance.provision import has_browser
from conformance.reference import faults

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RED = {"fail", "warn"}
BROKEN = {"fail", "warn", "known"}  # a documented deviation breaks as well
QUIET = {"pass", "known", "unsupported"}
UNTOUCHED = QUIET | {"blocked"}  # the fault stands in a canary's way
ADVERSARY = "conformance.reference.faults.adversary_"  # its faults' modules
TIMEOUT = 1800  # seconds for a whole matrix on a slow machine

faults.load()
FAULTS = [f.name for f in faults.all_faults()]
pytestmark = pytest.mark.xdist_group("kill matrix")


@pytest.fixture(scope="session")
def matrix(tmp_path_factory):
    """Every scenario under every fault that concerns it."""
    folder = tmp_path_factory.mktemp("matrix")
    rows = _run("protocol", folder / "protocol.json")
    rows += _run(
        "protocol/test_scope_map.py",
        folder / "old.json",
        KILL_MATRIX_CONTRACT="0.8",
        KILL_MATRIX_ONLY=" ".join(f for f in FAULTS if _of_old_releases(f)),
    )
    rows += _run(
        "properties",
        folder / "properties.json",
        KILL_MATRIX_ONLY=" ".join(f for f in FAULTS if _adversary(f)),
        FITTRACKEE_EXAMPLES_DIR=str(folder / "examples"),
    )
    if browser():
        return rows + _run("browser", folder / "browser.json")
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
        not catalogue()[v].applies_to("1.3.6") for v in _violated(fault)
    )


def _adversary(fault):
    """Whether only a hunt, a history or a race can find it."""
    return faults.get(fault).apply.__module__.startswith(ADVERSARY)


def _run(folder, output, **settings):
    words = [sys.executable, "-m", "pytest", f"scenarios/{folder}", "-q"]
    words += ["-p", "kill_plugin", "-n", "2", "--dist", "loadgroup"]
    words += ["--tb=line"]
    environ = {
        **{k: v for k, v in os.environ.items() if "PYTEST" not in k},
        "KILL_MATRIX_JSON": str(output),
        "PYTHONPATH": str(HERE),
        **settings,
    }
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert output.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(output.read_text())


@cache
def _violated(name):
    return {catalogue()[v].id for v in faults.get(name).violates}


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
    """All that it claims to violate turns red (or is known to be)."""
    rows = [row for row in matrix if row["fault"] == name]
    broken = {
        requirement
        for row in rows
        if row["verdict"] in BROKEN
        for requirement in row["requirements"]
    }
    expected = _violated(name)
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

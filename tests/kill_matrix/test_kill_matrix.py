"""Proof that every check can fail, and that nothing else fails with it.

1. Without a fault nothing fails, warns, errs or is blocked.
2. Each fault turns at least one scenario of what it violates red, and no
   canary that it does not claim to touch.
3. Each requirement is broken by at least one fault, or says why none can.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from kill_canaries import CANARIES

from conformance.catalogue import catalogue
from conformance.listing import scenario_rows
from conformance.reference import faults

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
IN_PROCESS = "scenarios/protocol"
RED = {"fail", "warn"}
QUIET = {"pass", "known", "unsupported"}
TIMEOUT = 1800  # seconds for the whole matrix on a slow machine

faults.load()
pytestmark = pytest.mark.xdist_group("kill matrix")


@pytest.fixture(scope="session")
def matrix(tmp_path_factory):
    """Every scenario under every fault that concerns it."""
    output = tmp_path_factory.mktemp("matrix") / "matrix.json"
    words = [sys.executable, "-m", "pytest", IN_PROCESS, "-q", "-n", "2"]
    words += ["--dist", "loadgroup", "-p", "kill_plugin", "-p", "no:randomly"]
    environ = {
        **{k: v for k, v in os.environ.items() if "PYTEST" not in k},
        "KILL_MATRIX_JSON": str(output),
        "PYTHONPATH": str(HERE),
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


def _in_browser(fault) -> bool:
    """Faults of the pages are killed by the browser's own suite."""
    return all(
        scenario["id"].startswith("browser/")
        for scenario in scenario_rows_cached()
        if set(scenario["requirements"]) & set(fault.violates)
    )


_cached = []


def scenario_rows_cached():
    if not _cached:
        _cached.extend(scenario_rows())
    return _cached


FAULTS = [f.name for f in faults.all_faults()]
PROTOCOL_FAULTS = [f.name for f in faults.all_faults() if not _in_browser(f)]


def test_canaries_exist():
    scenarios = {s["id"].partition("[")[0] for s in scenario_rows_cached()}
    assert scenarios >= CANARIES


def test_reference_conforms(matrix):
    wrong = [
        (row["scenario"], row["verdict"], row["message"])
        for row in matrix
        if row["fault"] == "none" and row["verdict"] not in QUIET
    ]
    assert not wrong


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_catalogued(name):
    fault = faults.get(name)
    assert fault.violates
    assert [v for v in fault.violates if v not in catalogue()] == []
    assert fault.summary.endswith(".")


@pytest.mark.parametrize("name", PROTOCOL_FAULTS)
def test_fault_is_killed_and_nothing_else(matrix, name):
    violated = {catalogue()[v].id for v in faults.get(name).violates}
    rows = [row for row in matrix if row["fault"] == name]
    killers = [
        row["scenario"]
        for row in rows
        if violated & set(row["requirements"]) and row["verdict"] in RED
    ]
    collateral = [
        (row["scenario"], row["verdict"], row["message"])
        for row in rows
        if not violated & set(row["requirements"])
        and row["verdict"] not in QUIET
    ]
    assert killers, [(r["scenario"], r["verdict"]) for r in rows]
    assert not collateral


@pytest.mark.parametrize("requirement", [r.id for r in catalogue()])
def test_requirement_can_be_broken(requirement):
    entry = catalogue()[requirement]
    breakers = [
        f.name
        for f in faults.all_faults()
        if requirement in {catalogue()[v].id for v in f.violates}
    ]
    reasons = [entry.unkillable, entry.untested]
    if entry.level == "MAY":
        return  # an observation never fails
    assert breakers or any(reasons), "no fault breaks it, and no reason why"
    assert not (breakers and entry.unkillable), "a fault does break it"


@pytest.mark.parametrize("name", PROTOCOL_FAULTS)
def test_each_violated_requirement_turns_red(matrix, name):
    """A fault may not claim a requirement that its scenarios never see."""
    rows = [row for row in matrix if row["fault"] == name]
    seen = {
        r
        for row in rows
        if row["verdict"] in RED | {"known"}
        for r in row["requirements"]
    }
    browser_only = {
        r
        for r in faults.get(name).violates
        if all(
            s["id"].startswith("browser/")
            for s in scenario_rows_cached()
            if r in s["requirements"]
        )
    }
    claimed = {catalogue()[v].id for v in faults.get(name).violates}
    assert claimed - browser_only <= seen

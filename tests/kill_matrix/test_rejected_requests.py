"""A rejected valid request blocks scenarios that do not verify it.

Most scenarios begin with a valid request: a registration, a consent, an
exchange. If the server rejects it, a scenario that verifies something else is
blocked and never fails.
"""

import os

import pytest
from kill_run import ROOT, run

from conformance import faults
from conformance.catalogue import catalogue
from conformance.provision import has_browser

faults.load()
MODULE = "conformance.faults.rejected_requests"
REJECTING = [f for f in faults.all_faults() if f.apply.__module__ == MODULE]
UNTOUCHED = {"pass", "known", "unsupported", "blocked"}
# Nightly the full cross product; in CI one scenario of each file for each
# fault, and only a few faults for generated tests and the browser.
FULL = "KILL_MATRIX_FULL"
SETTING = {} if os.environ.get(FULL) else {"KILL_MATRIX_DRAW": "file"}
A_FEW = {
    "authorization_endpoint_is_down",
    "proxy_answers_after_the_login",
    "stranger_is_locked_out",
    "token_endpoint_answers_a_page",
}
pytestmark = pytest.mark.xdist_group("kill matrix")


def names(few=()):
    chosen = {f.name for f in REJECTING}
    return " ".join(sorted(chosen & few if few and SETTING else chosen))


@pytest.fixture(scope="session")
def rejecting(tmp_path_factory):
    """Scenarios of every file under every fault of rejected_requests."""
    folder = tmp_path_factory.mktemp("good")
    rows = run(
        ["protocol"],
        folder / "protocol.json",
        KILL_MATRIX_ONLY=names(),
        **SETTING,
    )
    slow = ["properties", "browser"] if has_browser() else ["properties"]
    for number, paths in enumerate([slow] if SETTING else [[f] for f in slow]):
        rows += run(
            paths,
            folder / f"slow-{number}.json",
            KILL_MATRIX_ONLY=names(A_FEW),
            FITTRACKEE_EXAMPLES_DIR=str(folder / "examples"),
            **SETTING,
        )
    return rows


def test_every_scenario_file_is_tried(rejecting):
    tried = {row["scenario"].partition("::")[0] for row in rejecting}
    folders = ["protocol", "properties"] + ["browser"] * has_browser()
    root = ROOT / "scenarios"
    files = {
        file.relative_to(root).as_posix()
        for folder in folders
        for file in (root / folder).glob("test_*.py")
    }
    assert tried == files


@pytest.mark.parametrize("fault", REJECTING, ids=lambda fault: fault.name)
def test_no_other_scenario_fails(rejecting, fault):
    """Scenarios that verify other requirements do not fail."""
    rows = [row for row in rejecting if row["fault"] == fault.name]
    claimed = {catalogue()[v].id for v in fault.violates}
    wrong = [
        (row["scenario"], row["verdict"], row["message"])
        for row in rows
        if row["verdict"] not in UNTOUCHED
        and not claimed & set(row["requirements"])
    ]
    assert rows
    assert wrong == []


@pytest.mark.parametrize("fault", REJECTING, ids=lambda fault: fault.name)
def test_something_is_blocked(rejecting, fault):
    """The fault blocks a scenario; otherwise this would prove nothing."""
    verdicts = {r["verdict"] for r in rejecting if r["fault"] == fault.name}
    assert "blocked" in verdicts

"""Proof that a refused good request is held against nothing else.

Most scenarios begin with a good request: a registration, a consent, an
exchange. Where the server turns it down, a scenario that does not judge
that very request is blocked, and never red.
"""

import os

import pytest
from kill_run import ROOT, run

from conformance import faults
from conformance.catalogue import catalogue
from conformance.provision import has_browser

faults.load()
MODULE = "conformance.faults.good_requests"
TURNED_DOWN = [f for f in faults.all_faults() if f.apply.__module__ == MODULE]
UNTOUCHED = {"pass", "known", "unsupported", "blocked"}
# At night the full cross product, in CI one scenario of each file for each
# fault; there hunts and browser take their turns with a few faults.
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
    chosen = {f.name for f in TURNED_DOWN}
    return " ".join(sorted(chosen & few if few and SETTING else chosen))


@pytest.fixture(scope="session")
def turned_down(tmp_path_factory):
    """Scenarios of every file under every fault of a good request."""
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


def test_every_scenario_file_is_tried(turned_down):
    tried = {row["scenario"].partition("::")[0] for row in turned_down}
    folders = ["protocol", "properties"] + ["browser"] * has_browser()
    root = ROOT / "scenarios"
    files = {
        file.relative_to(root).as_posix()
        for folder in folders
        for file in (root / folder).glob("test_*.py")
    }
    assert tried == files


@pytest.mark.parametrize("fault", TURNED_DOWN, ids=lambda fault: fault.name)
def test_nothing_else_is_red(turned_down, fault):
    """Blocked, or untouched, is all that the others are."""
    rows = [row for row in turned_down if row["fault"] == fault.name]
    claimed = {catalogue()[v].id for v in fault.violates}
    wrong = [
        (row["scenario"], row["verdict"], row["message"])
        for row in rows
        if row["verdict"] not in UNTOUCHED
        and not claimed & set(row["requirements"])
    ]
    assert rows
    assert wrong == []


@pytest.mark.parametrize("fault", TURNED_DOWN, ids=lambda fault: fault.name)
def test_something_is_blocked(turned_down, fault):
    """The fault stands in a scenario's way, or it would prove nothing."""
    verdicts = {r["verdict"] for r in turned_down if r["fault"] == fault.name}
    assert "blocked" in verdicts

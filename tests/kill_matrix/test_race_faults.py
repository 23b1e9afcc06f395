"""Race faults are not revealed by sequential requests."""

import pytest
from kill_run import run

from conformance import faults
from conformance.catalogue import catalogue

faults.load()
MODULE = "conformance.faults.adversary.concurrency"
RACES = [f for f in faults.all_faults() if f.apply.__module__ == MODULE]
# Sequential scenarios of what the race scenarios verify.
SEQUENTIAL = [
    f"protocol/test_{name}"
    for name in (
        "apps_deletion.py",
        "apps_revoke_all.py",
        "code.py::test_code_cannot_be_replayed",
        "code.py::test_replay_of_a_code_ends_its_access_token",
        "code.py::test_replay_of_a_code_ends_its_refresh_token",
        "isolation_tokens.py::test_token_shows_the_consenting_user",
        "refresh.py::test_refresh_gives_an_access_token",
        "refresh.py::test_replaced_refresh_token_is_tried_again",
        "revocation.py",
    )
]
pytestmark = pytest.mark.xdist_group("kill matrix")


@pytest.fixture(scope="session")
def sequential(tmp_path_factory):
    return run(
        SEQUENTIAL,
        tmp_path_factory.mktemp("races") / "sequential.json",
        KILL_MATRIX_FULL="1",
        KILL_MATRIX_ONLY=" ".join(fault.name for fault in RACES),
    )


@pytest.mark.parametrize("fault", RACES, ids=lambda fault: fault.name)
def test_sequential_scenarios_pass(sequential, fault):
    rows = [row for row in sequential if row["fault"] == fault.name]
    usual = [row for row in sequential if row["fault"] == "none"]
    assert len(rows) == len(usual) > 30
    wrong = [
        (row["scenario"], row["verdict"], row["message"])
        for row in rows
        if row["verdict"] not in {"pass", "known"}
    ]
    assert wrong == []


@pytest.mark.parametrize("fault", RACES, ids=lambda fault: fault.name)
def test_only_race_requirements_are_violated(sequential, fault):
    judged = {r for row in sequential for r in row["requirements"]}
    assert not judged.intersection(catalogue()[v].id for v in fault.violates)

"""A run over a part: never "conforms", never green by loss."""

import re
import sys

import pytest

from . import command

NAME = "test_redirect_uri_cannot_be_left_out"
PARTIAL = re.compile(r"no violation in (\d+) of (\d+) requirements")
SOME = "rfc7009/2.1/*"


def check_partial(done, met):
    assert done.status == 0, done.stdout + done.stderr
    assert done.results["verdict"] == "partial"
    found = PARTIAL.fullmatch(done.results["reason"])
    assert int(found[1]) == met < int(found[2])
    assert int(found[2]) > 600  # all of them, not those selected
    assert f"partial: {found[0]}" in done.stdout
    page = (done.report / "index.html").read_text("utf-8")
    assert found[0] in page
    assert ">Partial<" in page
    assert "Conforms" not in page
    junit = (done.report / "junit.xml").read_text("utf-8")
    assert '<property name="verdict" value="partial" />' in junit


@pytest.mark.parametrize(
    ("words", "addopts"),
    [
        (("-k", NAME), ""),
        (("-n", "2"), f"-k {NAME}"),
        ((f"--deselect=scenarios/{command.SCENARIO}", "-k", NAME[:27]), ""),
    ],
    ids=["-k", "PYTEST_ADDOPTS", "--deselect"],
)
def test_plain_pytest_selects(tmp_path, words, addopts):
    """Pytest selects as always, and the report says that it did."""
    done = command.plain_pytest(
        tmp_path, *words, env={"PYTEST_ADDOPTS": addopts}
    )
    judged = {r for s in done.results["scenarios"] for r in s["requirements"]}
    check_partial(done, len(judged))


def test_node_id_selects(tmp_path):
    report = tmp_path / "report"
    words = [*command.PYTEST, f"scenarios/{command.SCENARIO}", "--report"]
    done = command.execute([*words, str(report)], command.ROOT, report)
    check_partial(done, 1)


@pytest.mark.parametrize(
    "words",
    [("--scenario", command.SCENARIO, "--workers", "1")],
)
def test_command_selects(tmp_path, words):
    check_partial(command.run(tmp_path, *words), 1)


def test_read_only_selects(tmp_path):
    """Most of all is unsupported then, which is no reason for a green."""
    words = ("--requirement", "rfc6749/4.1.3/*", "--read-only")
    done = command.run(tmp_path, *words)
    assert done.results["verdict"] in {"partial", "not judged"}
    assert done.results["scenario_counts"]["unsupported"] > 20
    assert done.results["scenario_counts"]["error"] == 0


def test_selection_with_a_violation_stays_red(tmp_path):
    words = ("-k", NAME, "--fault", command.FAULT)
    done = command.plain_pytest(tmp_path, *words)
    assert (done.status, done.results["verdict"]) == (1, "violations")
    assert (
        "violations: 1 scenario found a violation: 1 requirement, "
        in done.stdout
    )


# -- fewer ran than were selected ---------------------------------------


def check_incomplete(done, ran):
    assert done.status == 2, done.stdout + done.stderr
    assert done.results["verdict"] == "not judged"
    reason = done.results["reason"]
    assert re.search(rf"\b{ran} of \d+ selected scenarios ran$", reason)
    assert reason in (done.report / "junit.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("meddling", "workers", "ran"),
    [("SWALLOW", "0", 3), ("SWALLOW", "2", 6), ("EXIT", "0", 3)],
)
def test_scenarios_that_do_not_run_are_missed(
    tmp_path, meddling, workers, ran
):
    """A plugin swallows them, or ends pytest early with status 0."""
    done = command.run(
        tmp_path,
        *("--requirement", SOME, "--workers", workers),
        env={**command.plugin("meddler"), f"MEDDLE_{meddling}": "3"},
    )
    check_incomplete(done, ran)


def test_workers_that_died_are_missed(tmp_path):
    done = command.plain_pytest(
        tmp_path,
        *("--requirement", SOME, "-n", "1", "--max-worker-restart", "0"),
        env={**command.plugin("meddler"), "MEDDLE_CRASH": "yes"},
    )
    assert (done.status, done.results["verdict"]) == (2, "not judged")


def test_first_failure_that_ends_pytest_stays_red(tmp_path):
    done = command.plain_pytest(
        tmp_path,
        *("--requirement", SOME, "-x"),
        env={**command.plugin("meddler"), "MEDDLE_VERDICTS": "fail"},
    )
    assert (done.status, done.results["verdict"]) == (1, "violations")
    assert done.results["reason"].endswith(" selected scenarios ran")


def test_first_error_that_ends_pytest_is_2(tmp_path):
    done = command.plain_pytest(
        tmp_path,
        *("--requirement", SOME, "-x"),
        env={**command.plugin("meddler"), "MEDDLE_VERDICTS": "error"},
    )
    check_incomplete(done, r"\d+")


def test_scenario_that_is_only_set_up_is_no_pass(tmp_path):
    done = command.plain_pytest(
        tmp_path, "--requirement", command.ONE, "--setup-only"
    )
    assert (done.status, done.results["verdict"]) == (2, "not judged")
    [scenario] = done.results["scenarios"]
    assert scenario["message"] == "pytest did not call the scenario"


# -- python -O ----------------------------------------------------------


def test_optimized_python_judges_the_same(tmp_path, broken):
    """Under plain pytest as well, which goes on in the same process."""
    report = tmp_path / "report"
    words = [sys.executable, "-OO", *command.PYTEST[1:], "scenarios"]
    words += ["--requirement", command.ONE, "--fault", command.FAULT]
    words += ["--report", str(report)]
    done = command.execute(words, command.ROOT, report)
    assert (done.status, done.verdicts()) == (1, broken.verdicts())

"""The exit status, the verdict and what makes a run red."""

import re

import pytest

from . import command

pytestmark = pytest.mark.xdist_group("exit status")

SEVERAL = "rfc7009/2.1/*"


def known(folder, subject, **members):
    """Write a list with one entry; return its path."""
    lines = [f'{name} = "{value}"' for name, value in members.items()]
    file = folder / "known.toml"
    text = "\n".join(["[[known]]", f"{subject}", 'reason = "known"', *lines])
    file.write_text(text)
    return str(file)


def test_selection_without_a_violation_is_partial_and_0(conforming):
    assert conforming.status == 0, conforming.stdout
    assert conforming.results["verdict"] == "partial"
    reason = conforming.results["reason"]
    assert re.fullmatch(r"no violation in 1 of \d{3} requirements", reason)
    assert f"partial: {reason} (1 pass)" in conforming.stdout
    assert "conforms" not in conforming.stdout
    assert conforming.stderr == ""
    assert conforming.left_behind() == []


def test_violation_is_1(broken):
    assert broken.status == 1
    assert broken.results["verdict"] == "violations"
    found = "1 scenario found a violation: 1 requirement, 1 cause"
    assert broken.results["reason"] == found
    assert broken.requirement(command.ONE)["verdict"] == "fail"
    assert broken.results["options"]["fault"] == command.FAULT
    assert "violations" in broken.stdout


def test_violation_says_what_was_expected(broken):
    [scenario] = broken.results["scenarios"]
    missed = [e for e in scenario["expectations"] if not e["met"]]
    assert len(missed) == 1
    judged = scenario["exchanges"][missed[0]["exchange"] - 1]
    assert judged["request"]["url"].endswith("/api/oauth/token")
    assert judged["response"]["status"] == 200
    assert missed[0]["expected"] in scenario["message"]
    assert "expected" in broken.stdout


def test_plain_pytest_says_the_same(tmp_path, conforming, broken):
    junit = tmp_path / "own.xml"
    good = command.plain_pytest(
        tmp_path, "--requirement", command.ONE, f"--junitxml={junit}"
    )
    assert junit.read_text() == (good.report / "junit.xml").read_text()
    assert (good.status, good.verdicts()) == (0, conforming.verdicts())
    words = ("--requirement", command.ONE, "--fault", command.FAULT)
    bad = command.plain_pytest(tmp_path, *words)
    assert (bad.status, bad.verdicts()) == (1, broken.verdicts())


@pytest.mark.parametrize("verdict", ["error", "blocked"])
def test_scenario_that_could_not_judge_is_2(tmp_path, verdict):
    meddling = {**command.plugin("meddler"), "MEDDLE_VERDICTS": verdict}
    done = command.run(tmp_path, "--requirement", SEVERAL, env=meddling)
    assert done.status == 2
    assert done.results["scenario_counts"][verdict] == 1
    assert done.results["verdict"] == "not judged"
    assert done.results["reason"] == "1 scenario could not judge"


def test_violation_outweighs_what_could_not_judge(mixed):
    assert mixed.status == 1
    assert mixed.results["verdict"] == "violations"


def test_nothing_judged_is_2(tmp_path):
    meddling = {
        **command.plugin("meddler"),
        "MEDDLE_VERDICTS": "unsupported",
    }
    done = command.run(tmp_path, "--requirement", command.ONE, env=meddling)
    assert done.status == 2
    assert done.results["verdict"] == "not judged"
    assert done.results["reason"] == "nothing could be judged"


def test_requirement_that_nothing_verifies_is_2(tmp_path):
    done = command.run(tmp_path, "--requirement", "rfc7009/2/https-only")
    assert done.status == 2
    assert done.results["reason"] == "nothing could be judged"
    assert done.requirement("rfc7009/2/https-only")["verdict"] == "untested"


def test_warning_is_red_only_when_told(tmp_path):
    meddling = {**command.plugin("meddler"), "MEDDLE_VERDICTS": "warn"}
    words = command.SOME
    done = command.run(tmp_path, *words, env=meddling)
    assert done.status == 0
    assert done.results["counts"]["warn"] == 1
    done = command.run(tmp_path, *words, "--fail-on", "should", env=meddling)
    assert done.status == 1
    assert done.results["verdict"] == "violations"


@pytest.mark.parametrize(
    "subject",
    [
        f'requirement = "{command.ONE}"',
        f'scenario = "{command.SCENARIO}"',
    ],
)
def test_listed_violation_is_known(tmp_path, broken, subject):
    [scenario] = broken.results["scenarios"]
    assert scenario["id"] == command.SCENARIO
    file = known(tmp_path, subject, versions=">=1.0")
    done = command.run(
        tmp_path,
        "--requirement",
        command.ONE,
        "--fault",
        command.FAULT,
        "--known",
        file,
    )
    assert done.status == 0, done.stdout
    assert done.requirement(command.ONE)["verdict"] == "known"
    assert done.results["options"]["known"] == "known.toml"


def test_listed_but_conforming_is_1(tmp_path):
    file = known(tmp_path, f'requirement = "{command.ONE}"')
    done = command.run(tmp_path, "--requirement", command.ONE, "--known", file)
    assert done.status == 1
    assert done.results["reason"] == (
        f"{command.ONE}: listed, but it conforms now"
    )


def test_list_for_other_releases_does_not_count(tmp_path):
    file = known(tmp_path, f'requirement = "{command.ONE}"', versions="<1.0")
    words = ("--requirement", command.ONE, "--known", file)
    assert command.run(tmp_path, *words).status == 0
    done = command.run(tmp_path, *words, "--fault", command.FAULT)
    assert done.status == 1

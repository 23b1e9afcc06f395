"""What changed between two results is every other verdict, and no more."""

import pytest
from click.testing import CliRunner

from conformance.results import text
from conformance.results.verdict import Verdict
from conformance.run.compare import VerdictChange, compare, main

from .made import results_of, scenario_result

RACE = "properties/test_races.py::test_r"
BEFORE = results_of(
    scenario_result("a", "pass"),
    scenario_result("b", "pass"),
    scenario_result("c", "fail"),
    scenario_result(RACE, "fail"),
)
AFTER = results_of(
    scenario_result("a", "pass", "another message"),
    scenario_result("b", "fail", "expected: x\nactual: y"),
    scenario_result("d", "warn"),
    scenario_result(RACE, "pass"),
)


def test_changes_are_found():
    assert compare(BEFORE, AFTER) == [
        VerdictChange(
            "b", Verdict.PASS, Verdict.FAIL, "expected: x\nactual: y"
        ),
        VerdictChange("c", Verdict.FAIL, None),
        VerdictChange("d", None, Verdict.WARN),
        VerdictChange(RACE, Verdict.FAIL, Verdict.PASS),
    ]
    assert compare(AFTER, AFTER) == []


@pytest.mark.parametrize(
    ("words", "status", "lines"),
    [
        (["before", "before"], 0, ["0 scenarios changed"]),
        (
            ["before", "after", "--no-races"],
            1,
            [
                "b: pass -> fail expected: x actual: y",
                "c: fail -> absent",
                "d: absent -> warn",
                "3 scenarios changed",
            ],
        ),
        (["before", "none"], 2, ["error: cannot read none: No such file "]),
    ],
)
def test_command_says_what_changed(
    tmp_path, monkeypatch, words, status, lines
):
    monkeypatch.chdir(tmp_path)
    for name, results in {"before": BEFORE, "after": AFTER}.items():
        (tmp_path / name).write_text(text(results), "utf-8")
    done = CliRunner().invoke(main, words)
    assert done.exit_code == status
    assert [
        line.startswith(told)
        for line, told in zip(done.output.splitlines(), lines, strict=True)
    ] == [True] * len(lines)

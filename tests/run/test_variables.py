"""Variables that set an option, in the command and in plain pytest."""

import pytest

from . import command

pytestmark = pytest.mark.xdist_group("variables")

PREFIX = "FITTRACKEE_CONFORMANCE_"
ONE = ("--requirement", command.ONE)
RUNS = {"command": command.run, "pytest": command.plain_pytest}
EXCLUDED = {
    f"{PREFIX}{name}": value
    for name, value in {
        "AGAINST": "results.json",
        "BUDGET": "1",
        "FAIL_ON": "should",
        "FAULT": command.FAULT,
        "KNOWN": "absent.toml",
        "PROFILE": "fast",
        "READ_ONLY": "1",
        "REPLAY": "1:x",
        "REQUIREMENT": "rfc7009/*",
        "SCENARIO": "nothing.py::nothing",
    }.items()
}
either = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)


@either
def test_variables_in_use_are_told(tmp_path, run):
    env = {f"{PREFIX}SEED": "7", f"{PREFIX}TARGET": "reference:0.8"}
    done = run(tmp_path, *ONE, env=env)
    used = [f"{PREFIX}TARGET=reference:0.8", f"{PREFIX}SEED=7"]
    told = f"from the environment: {', '.join(used)}"
    assert done.status == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == told
    assert done.results["notes"] == [told]
    assert done.results["options"]["environment"] == used
    assert done.results["options"]["seed"] == 7
    assert done.results["target"]["name"] == "reference:0.8"
    page = (done.report / "index.html").read_text("utf-8")
    assert f"{PREFIX}SEED=7" in page


def test_variable_chooses_the_folder_of_the_report(tmp_path):
    words = [*command.COMMAND, "run", *ONE]
    env = {f"{PREFIX}REPORT": str(tmp_path / "there")}
    done = command.execute(words, tmp_path, tmp_path / "there", env=env)
    assert done.status == 0
    assert done.results["options"]["environment"] == [f"{PREFIX}REPORT=there"]


@either
def test_what_changes_the_verdict_has_no_variable(tmp_path, run):
    done = run(tmp_path, *ONE, env=EXCLUDED)
    assert done.status == 0, done.stdout + done.stderr
    assert done.results["verdict"] == "partial"
    assert list(done.verdicts()) == [command.SCENARIO]
    assert done.results["options"]["environment"] == []
    assert done.results["options"]["fault"] == ""
    if run is command.run:
        ignored = f"ignored: {', '.join(EXCLUDED)}"
        assert ignored in done.stdout.splitlines()[0]


@either
def test_command_line_beats_a_variable(tmp_path, run):
    env = {f"{PREFIX}SEED": "7", f"{PREFIX}PROXY": "squid"}
    done = run(tmp_path, *ONE, "--seed", "8", "--proxy", "", env=env)
    assert done.status == 0, done.stdout + done.stderr
    assert done.results["options"]["seed"] == 8
    assert done.results["notes"] == []


@either
def test_invalid_variable_is_one_line(tmp_path, run):
    done = run(tmp_path, *ONE, env={f"{PREFIX}EXAMPLES": "none"})
    assert done.status == 2
    assert "Traceback" not in done.stdout + done.stderr
    [line] = done.errors
    assert line.startswith(f"error: {PREFIX}EXAMPLES: 'none' is not a valid ")


def test_invalid_option_of_plain_pytest_is_one_line(tmp_path):
    done = command.plain_pytest(tmp_path, *ONE, "--fail-on", "may")
    assert done.status == 2
    assert done.errors == [
        "error: --fail-on: 'may' is not one of 'must', 'should'"
    ]


def test_workers_have_the_options_of_the_command(tmp_path):
    """A proxy that the variable names would need one that is installed."""
    words = (*ONE, "--fault", command.FAULT, "--proxy", "")
    env = {f"{PREFIX}WORKERS": "2", f"{PREFIX}PROXY": "squid"}
    done = command.run(tmp_path, *words, env=env)
    assert done.status == 1, done.stdout + done.stderr
    assert list(done.verdicts()) == [command.SCENARIO]
    assert done.results["options"]["environment"] == [f"{PREFIX}WORKERS=2"]

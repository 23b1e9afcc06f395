"""Options, the names of scenarios, and the JUnit file of half a run."""

import re
from dataclasses import fields
from pathlib import Path
from xml.etree import ElementTree as ET

import execnet
import pytest
from click.testing import CliRunner

from conformance import proxies
from conformance.cli import main
from conformance.errors import UsageError
from conformance.lists import options_table
from conformance.options import OPTIONS, Options, without_effect
from conformance.results.verdict import RunVerdict
from conformance.run import command, junit, pytest_options
from conformance.run.prepare import check
from conformance.scenario_files import (
    is_scenario,
    scenario_exists,
    scenario_id,
)
from conformance.scenario_files import scenarios as scenarios_folder

NOT_JUDGED = RunVerdict.NOT_JUDGED


SET = {  # a value of each option as it is typed, and what it means
    "target": ("https://h", "https://h"),
    "proxy": ("nginx", "nginx"),
    "app_workers": ("3", 3),
    "report": ("some where", Path("some where")),
    "requirement": ("a/*", ("a/*",)),
    "known": ("k.toml", Path("k.toml")),
    "fail_on": ("should", "should"),
    "read_only": ("1", True),
    "scenario": ("b::*", ("b::*",)),
    "examples": ("20", 20),
    "seed": ("0", 0),
    "replay": ("6.1:x", "6.1:x"),
    "slow": ("true", True),
    "workers": ("2", 2),
    "fault": ("f", "f"),
}
# What selects, excuses or softens: no verdict may hang on what is not seen.
WITHOUT_TWIN = {
    "requirement",
    "scenario",
    "replay",
    "known",
    "read_only",
    "fail_on",
    "fault",
}
INVALID = {
    "app_workers": ("0", "0 is not in the range 1<=x<=64"),
    "examples": ("0", "0 is not in the range 1<=x<=1000000"),
    "seed": ("-1", "-1 is not in the range x>=0"),
    "slow": ("maybe", "'maybe' is not a valid boolean"),
    "workers": ("65", "65 is not in the range 0<=x<=64"),
}
ROOT = Path(__file__).parents[2]
each = pytest.mark.parametrize("one", OPTIONS, ids=lambda one: one.field)


def variable(name):
    return f"FITTRACKEE_CONFORMANCE_{name.upper()}"


def typed(one):
    """Return an option's words on a command line."""
    return [one.name] if one.is_flag else [one.name, SET[one.field][0]]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    """What a developer has set is not what is tested."""
    for one in OPTIONS:
        monkeypatch.delenv(variable(one.field), raising=False)


def test_every_field_is_an_option():
    """And is tried here."""
    names = [field.name for field in fields(Options)]
    assert names == [*(one.field for one in OPTIONS), "set_by_variable"]
    assert set(SET) == {one.field for one in OPTIONS}


@pytest.fixture
def command_line(monkeypatch):
    """What the command makes of its words."""
    found = []
    monkeypatch.setattr(command, "run", lambda o: found.append(o) or 0)

    def read(*words):
        with pytest.raises(SystemExit) as ended:
            main(["run", *words])
        assert ended.value.code == 0
        return found.pop()

    return read


def pytest_line(*words):
    """Return what pytest makes of its words."""
    parser = pytest.Parser(_ispytest=True)
    pytest_options.add(parser)
    namespace = parser.parse(list(words))

    class Config:
        @staticmethod
        def getoption(name):
            return getattr(namespace, name.strip("-").replace("-", "_"))

    return pytest_options.chosen(Config())


@each
def test_option_is_read_by_the_command_and_by_pytest(command_line, one):
    expected = Options(**{one.field: SET[one.field][1]})
    assert command_line(*typed(one)) == expected
    if not one.command_only:
        assert pytest_line(*typed(one)) == expected


@each
def test_option_is_explained_wherever_one_looks(one):
    shown = " ".join(
        CliRunner().invoke(main, ["run", "--help"]).output.split()
    )
    parser = pytest.Parser(_ispytest=True)
    pytest_options.add(parser)
    told = " ".join(parser.optparser.format_help().split())
    readme = (ROOT / "README.md").read_text("utf-8")
    [row] = re.findall(rf"\| `{one.name}\b.*", readme)

    help_ = " ".join(one.plain_help.split())
    assert f"{help_[0].upper()}{help_[1:]}." in shown
    assert (f" {one.name}" in told) is not one.command_only
    assert (help_ in told) is not one.command_only
    assert one.help in row
    assert (f"`…_{one.field.upper()}`" in row) is one.has_variable
    assert one.shown_default in row


def test_readme_has_the_table():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert options_table.options_table() in readme
    stale = readme.replace("| `--slow` |", "| `--fast` |")
    assert options_table.renewed(stale) == readme


def test_help_names_every_proxy():
    [help_] = [one.plain_help for one in OPTIONS if one.field == "proxy"]
    assert re.split(", | or ", help_.partition(": ")[2]) == list(proxies.NAMES)


@each
def test_option_crosses_to_a_worker(one):
    options = Options(**{one.field: SET[one.field][1]})
    plain = options.to_plain()
    execnet.dumps(plain)
    assert Options.chosen(plain, {}) == options


@each
def test_variable_sets_an_option_unless_it_changes_what_is_judged(one):
    text, value = SET[one.field]
    options = Options.chosen({}, {variable(one.field): text})
    if one.field in WITHOUT_TWIN:
        assert options == Options()
        assert without_effect({variable(one.field): text}) == [
            variable(one.field)
        ]
    else:
        assert options == Options(
            **{one.field: value}, set_by_variable=(one.field,)
        )
        assert without_effect({variable(one.field): text}) == []


@each
def test_command_line_beats_the_variable(command_line, monkeypatch, one):
    other = {"target": "x", "proxy": "y", "report": "z", "slow": "0"}
    monkeypatch.setenv(variable(one.field), other.get(one.field, "1"))
    expected = Options(**{one.field: SET[one.field][1]})
    assert command_line(*typed(one)) == expected
    if not one.command_only:
        assert pytest_line(*typed(one)) == expected


def test_command_line_beats_the_variable_with_a_default():
    env = {variable("workers"): "2", variable("proxy"): "nginx"}
    given = {"workers": 0, "proxy": ""}
    assert Options.chosen(given, env) == Options()


def test_empty_variable_is_not_set():
    assert Options.chosen({}, {variable("seed"): ""}) == Options()


@pytest.mark.parametrize("name", INVALID)
def test_invalid_variable_is_one_line(name):
    text, error = INVALID[name]
    with pytest.raises(UsageError) as raised:
        Options.chosen({}, {variable(name): text})
    assert raised.value.message.startswith(f"{variable(name)}: {error}")
    assert "\n" not in raised.value.message


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--fail-on", "may"], "--fail-on: 'may' is not one of 'must', 'sho"),
        (["--app-workers", "0"], "--app-workers: 0 is not in the range 1<=x"),
        (["--examples", "x"], "--examples: 'x' is not a valid integer"),
    ],
)
def test_pytest_takes_what_the_command_takes(words, error):
    with pytest.raises(UsageError) as raised:
        pytest_line(*words)
    assert raised.value.message.startswith(error)


def test_variables_in_use_are_told_without_secrets():
    env = {
        variable("target"): "https://me:secret@h.example/x?y",
        variable("report"): "/somebodys/own/folder",
        variable("slow"): "yes",
    }
    options = Options.chosen({}, env)
    used = [
        f"{variable('target')}=https://h.example/x",
        f"{variable('report')}=folder",
        f"{variable('slow')}=True",
    ]
    assert options.reported["environment"] == used
    assert options.notes == [f"from the environment: {', '.join(used)}"]
    assert Options().notes == []
    assert Options().reported["environment"] == []


def test_defaults_are_good():
    check(Options())


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (Options(proxy="squid"), "squid: unknown proxy; use one of: nginx, "),
        (
            Options(requirement=("rfc0/*", "x")),
            "--requirement rfc0/. x matches no requirement; see: ",
        ),
        (
            Options(scenario=("a.py::b",)),
            "--scenario a.py::b: no such scenario",
        ),
        (Options(replay="x"), "--replay: must be VERSION:EXAMPLE"),
        (Options(known=Path("/no/such.toml")), "--known .*: No such file"),
        (Options(report=Path(__file__)), "--report .*: not a folder"),
    ],
)
def test_bad_option_is_one_line(options, error):
    with pytest.raises(UsageError, match=error) as raised:
        check(options)
    assert "\n" not in raised.value.message


def test_target_is_shown_without_its_password():
    options = Options(target="https://me:pass/w@rd@h.example/x")
    assert options.shown_target == "https://h.example/x"
    assert Options(target="pip:x==1").shown_target == "pip:x==1"


def test_scenario_has_the_same_id_everywhere(monkeypatch):
    file = scenarios_folder() / "protocol" / "test_code.py"
    monkeypatch.chdir(file.parent)
    assert scenario_id(file, "test_y[z]") == "protocol/test_code.py::test_y[z]"
    assert is_scenario(Path("test_code.py"))
    assert not is_scenario(Path(__file__))


@pytest.mark.parametrize(
    ("scenario", "exists"),
    [
        ("protocol/test_code.py::test_code_cannot_be_replayed", True),
        ("protocol/test_code.py::test_code_cannot_be_replayed[x]", True),
        ("protocol/test_code.py::test_code_cannot", False),
        ("protocol/test_code.py", False),
        ("protocol/test_nothing.py::test_x", False),
        ("protocol::test_x", False),
        ("../conformance/scenario_files.py::scenarios", False),
        ("", False),
    ],
)
def test_scenario_exists_or_not(scenario, exists):
    assert scenario_exists(scenario) is exists


def test_junit_of_a_run_that_never_began():
    root = ET.fromstring(junit.with_verdict(None, NOT_JUDGED, "no <target>"))
    assert root.find("testsuite").attrib == {
        "name": "fittrackee-conformance",
        "errors": "1",
        "tests": "1",
    }
    error = root.find("testsuite/testcase/error")
    assert error.get("message") == "no <target>"


def test_junit_of_half_a_run_keeps_what_there_is():
    written = (
        '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite '
        'name="pytest" errors="1" failures="2" skipped="0" tests="9">'
        '<testcase name="a"/></testsuite></testsuites>'
    )
    text = junit.with_verdict(written, NOT_JUDGED, "interrupted")
    suite = ET.fromstring(text)[0]
    assert (suite.get("errors"), suite.get("tests")) == ("2", "10")
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["a", "run"]


def test_junit_says_what_the_run_comes_to():
    """A partial run is no error, and can be told from a whole one."""
    written = (
        "<testsuites><testsuite errors='0' tests='1'><properties>"
        "<property name='own' value='1'/></properties>"
        "<testcase name='a'/></testsuite></testsuites>"
    )
    text = junit.with_verdict(written, RunVerdict.PARTIAL, "no violation in 1")
    suite = ET.fromstring(text)[0]
    assert (suite.get("errors"), suite.get("tests")) == ("0", "1")
    [properties] = suite.findall("properties")
    assert {p.get("name"): p.get("value") for p in properties} == {
        "own": "1",
        "verdict": "partial",
        "reason": "no violation in 1",
    }


@pytest.mark.parametrize(
    ("options", "level"),
    [
        (Options(), "must"),
        (Options(fault="f"), "should"),
        (Options(fault="f", fail_on="must"), "must"),
        (Options(fail_on="should"), "should"),
    ],
)
def test_fault_makes_warnings_red_unless_told_otherwise(options, level):
    assert options.fail_on == level

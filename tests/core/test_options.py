"""Options, the names of scenarios, and the JUnit file of half a run."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from conformance.errors import UsageError
from conformance.options import Options, add_options, from_config
from conformance.run import junit
from conformance.scenario_files import (
    is_scenario,
    scenario_exists,
    scenario_id,
)
from conformance.scenario_files import scenarios as scenarios_folder
from conformance.verdicts.verdict import RunVerdict

NOT_JUDGED = RunVerdict.NOT_JUDGED


def test_defaults_are_good():
    Options().check()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (Options(fail_on="may"), "--fail-on takes must or should"),
        (Options(proxy="squid"), "squid: unknown proxy; use one of: nginx, "),
        (
            Options(requirement=("rfc0/*", "x")),
            "--requirement rfc0/. x matches no requirement; see: ",
        ),
        (Options(known=Path("/no/such.toml")), "--known .*: No such file"),
        (Options(report=Path(__file__)), "--report .*: not a folder"),
        (Options(app_workers=0), "--app-workers takes a number from 1 to 64"),
        (Options(app_workers=65), "--app-workers takes a number from 1"),
    ],
)
def test_bad_option_is_one_line(options, error):
    with pytest.raises(UsageError, match=error) as raised:
        options.check()
    assert "\n" not in raised.value.message


def test_target_is_shown_without_its_password():
    options = Options(target="https://me:pass/w@rd@h.example/x")
    assert options.shown_target == "https://h.example/x"
    assert Options(target="pip:x==1").shown_target == "pip:x==1"


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(
            target="https://h",
            proxy="nginx",
            report=Path("some where"),
            requirement=("a/*", "b"),
            known=Path("k.toml"),
            fail_on="should",
            read_only=True,
            fault="f",
            app_workers=3,
        ),
    ],
)
def test_options_survive_pytest(options):
    parser = pytest.Parser(_ispytest=True)
    add_options(parser)
    namespace = parser.parse(options.arguments())

    class Config:
        @staticmethod
        def getoption(name):
            return getattr(namespace, name.strip("-").replace("-", "_"))

    assert from_config(Config()) == options


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
    root = ET.fromstring(junit.concluded(None, NOT_JUDGED, "no <target>"))
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
    text = junit.concluded(written, NOT_JUDGED, "interrupted")
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
    text = junit.concluded(written, RunVerdict.PARTIAL, "no violation in 1")
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

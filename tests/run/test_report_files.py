"""What results.json and junit.xml hold, and that workers change nothing."""

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

import conformance
from conformance.results import parse

from . import command

pytestmark = pytest.mark.xdist_group("report files")

SCHEMA = Path(__file__).parents[2] / "schema" / "results-1.json"

VERDICTS = [
    "fail",
    "warn",
    "error",
    "blocked",
    "known",
    "unsupported",
    "pass",
    "untested",
]
KEYS = {
    "schema",
    "harness",
    "target",
    "started",
    "finished",
    "verdict",
    "reason",
    "notes",
    "options",
    "counts",
    "scenario_counts",
    "http_requests",
    "requirements",
    "scenarios",
}
REQUIREMENT = {
    "id",
    "level",
    "title",
    "sources",
    "remedy",
    "verdict",
    "reason",
    "scenarios",
}
SCENARIO = {
    "id",
    "title",
    "verdict",
    "message",
    "requirements",
    "duration",
    "expectations",
    "observations",
    "exchanges",
    "screenshots",
}
EXCHANGE = {
    "n",
    "via",
    "actor",
    "request",
    "response",
    "error",
    "duration",
}


def http_exchanges(results):
    return [
        exchange
        for scenario in results["scenarios"]
        for exchange in scenario["exchanges"]
        if exchange["via"] == "http"
    ]


def test_results_have_the_promised_shape(mixed):
    results = mixed.results
    assert set(results) >= KEYS
    assert results["schema"] == 1
    assert results["harness"] == {"version": conformance.__version__}
    target = results["target"]
    assert list(target)[:4] == ["kind", "name", "url", "version"]
    assert (target["kind"], target["name"]) == ("reference", "reference")
    for row in results["requirements"]:
        assert set(row) >= REQUIREMENT
        assert all(
            set(s) == {"name", "section", "url"} for s in row["sources"]
        )
    for row in results["scenarios"]:
        assert set(row) >= SCENARIO
        for exchange in row["exchanges"]:
            assert set(exchange) >= EXCHANGE


def test_report_can_read_them(mixed):
    assert parse(mixed.results)


def test_results_are_of_the_published_schema(mixed):
    jsonschema.validate(mixed.results, json.loads(SCHEMA.read_text("utf-8")))


def test_times_are_utc_and_in_order(mixed):
    started = dt.datetime.fromisoformat(mixed.results["started"])
    finished = dt.datetime.fromisoformat(mixed.results["finished"])
    assert started.utcoffset() == finished.utcoffset() == dt.timedelta(0)
    assert started <= finished


def test_counts_are_those_of_the_rows(mixed):
    results = mixed.results
    for counts, rows in (
        ("counts", "requirements"),
        ("scenario_counts", "scenarios"),
    ):
        assert list(results[counts]) == VERDICTS
        found = Counter(row["verdict"] for row in results[rows])
        assert {v: n for v, n in results[counts].items() if n} == found
    assert results["http_requests"] == len(http_exchanges(results)) > 0


def test_every_verdict_came_about(mixed):
    counts = mixed.results["scenario_counts"]
    assert [v for v, n in counts.items() if not n] == ["untested"]
    assert counts["fail"] == counts["warn"] == counts["error"] == 1


def test_requirement_takes_the_worst_of_its_scenarios(mixed):
    verdicts = mixed.verdicts()
    for row in mixed.results["requirements"]:
        mine = [verdicts[s] for s in row["scenarios"]]
        worst = min(mine, key=VERDICTS.index, default="untested")
        assert row["verdict"] == worst


def test_requirements_and_scenarios_name_each_other(mixed):
    rows = {r["id"]: r["scenarios"] for r in mixed.results["requirements"]}
    for scenario in mixed.results["scenarios"]:
        for requirement in scenario["requirements"]:
            assert scenario["id"] in rows[requirement]


def test_scenario_is_named_from_the_scenarios_folder(mixed):
    for scenario in mixed.results["scenarios"]:
        assert re.match(r"protocol/test_\w+\.py::test_\w+", scenario["id"])
        assert scenario["title"].endswith(".")


def test_report_holds_its_three_files_alone(mixed):
    names = {path.name for path in mixed.report.iterdir()}
    assert names == {"index.html", "results.json", "junit.xml"}


# -- junit.xml ----------------------------------------------------------

TAGS = {
    "fail": "failure",
    "error": "error",
    "blocked": "error",
    "known": "skipped",
    "unsupported": "skipped",
    "warn": None,
    "pass": None,
}


def cases(done):
    """Return the test cases by the scenario's file and name."""
    root = ET.parse(done.report / "junit.xml").getroot()
    return {
        (case.get("classname").rpartition(".")[2], case.get("name")): case
        for case in root.iter("testcase")
    }


def case_of(scenario):
    path, _, name = scenario["id"].partition("::")
    return path.rpartition("/")[2].removesuffix(".py"), name


def properties(case, name):
    found = case.iter("property")
    return [p.get("value") for p in found if p.get("name") == name]


def test_junit_has_a_case_for_each_scenario(mixed):
    scenarios = mixed.results["scenarios"]
    assert set(cases(mixed)) == {case_of(s) for s in scenarios}


def test_junit_says_the_verdict(mixed):
    found = cases(mixed)
    for scenario in mixed.results["scenarios"]:
        case = found[case_of(scenario)]
        tags = [c.tag for c in case if c.tag != "properties"]
        tag = TAGS[scenario["verdict"]]
        assert tags == ([tag] if tag else [])
        assert properties(case, "verdict") == [scenario["verdict"]]
        named = properties(case, "requirement")
        assert named == scenario["requirements"]


def test_junit_counts_agree(mixed):
    suite = ET.parse(mixed.report / "junit.xml").getroot()[0]
    counts = mixed.results["scenario_counts"]
    assert int(suite.get("tests")) == len(mixed.results["scenarios"])
    assert int(suite.get("failures")) == counts["fail"]
    assert int(suite.get("errors")) == counts["error"] + counts["blocked"]
    skipped = counts["known"] + counts["unsupported"]
    assert int(suite.get("skipped")) == skipped


def test_junit_says_what_was_expected(mixed):
    [failed] = [
        c for c in cases(mixed).values() if c.find("failure") is not None
    ]
    assert "actual: <that> & more" in failed.find("failure").text


# -- workers ------------------------------------------------------------


def comparable(results):
    """Return what must not depend on how many processes judged."""
    requirements = {r["id"]: r["verdict"] for r in results["requirements"]}
    scenarios = {
        s["id"]: (s["verdict"], s["title"], s["requirements"])
        for s in results["scenarios"]
    }
    return requirements, scenarios, results["counts"]


def sent(results):
    """Count requests, save logins: each process logs its users in."""
    return Counter(
        exchange["request"]["method"]
        for exchange in http_exchanges(results)
        if not exchange["request"]["url"].endswith("/api/auth/login")
    )


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    return command.run(folder, *command.SOME)


@pytest.mark.parametrize("plain", [False, True], ids=["command", "pytest"])
def test_workers_change_nothing(tmp_path, alone, plain):
    words = command.SOME
    if plain:
        done = command.plain_pytest(tmp_path, *words, "-n2")
    else:
        done = command.run(tmp_path, *words, "--workers", "2")
    assert (done.status, alone.status) == (0, 0)
    assert comparable(done.results) == comparable(alone.results)
    assert sent(done.results) == sent(alone.results)
    assert done.results["http_requests"] == len(http_exchanges(done.results))
    assert set(cases(done)) == set(cases(alone))
    assert done.left_behind() == []


def test_order_of_the_rows_does_not_depend_on_who_is_first(tmp_path, alone):
    done = command.run(tmp_path, *command.SOME, "--workers", "3")
    for rows in ("requirements", "scenarios"):
        ids = [row["id"] for row in done.results[rows]]
        assert ids == [row["id"] for row in alone.results[rows]]


def test_worker_that_dies_is_an_error(tmp_path):
    """Its scenario could not judge; the others are judged all the same."""
    meddling = {**command.plugin("meddler"), "MEDDLE_CRASH": "yes"}
    done = command.run(
        tmp_path,
        *command.SOME,
        *("--workers", "2"),
        env=meddling,
    )
    assert done.status == 2
    assert done.results["scenario_counts"]["error"] == 1
    assert done.results["scenario_counts"]["pass"] > 5
    [crashed] = [
        s for s in done.results["scenarios"] if s["verdict"] == "error"
    ]
    assert re.match(r"protocol/test_\w+\.py::test_\w+", crashed["id"])
    assert done.left_behind() == []

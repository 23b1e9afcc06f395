"""What a run comes to: verdict, reason, exit status, requirement rows."""

from collections import Counter
from pathlib import Path

import pytest

from conformance.catalogue import Catalogue, Deviation, Requirement
from conformance.catalogue.levels import Level
from conformance.catalogue.releases import newest
from conformance.instance import Credentials, Instance
from conformance.options import Options
from conformance.results import TargetFacts
from conformance.results.verdict import Verdict
from conformance.run import results
from conformance.run.results import conclude

from .made import scenario_result

NEWEST = newest()
GONE = ["rfc1/1/x: listed, but it conforms now"]


@pytest.mark.parametrize(
    ("counts", "fail_on", "problems", "halted", "verdict", "status"),
    [
        ({"pass": 3}, "must", [], "", "conforms", 0),
        ({"pass": 3}, "should", [], "", "conforms", 0),
        ({"pass": 1, "known": 2}, "must", [], "", "conforms", 0),
        ({"known": 2}, "should", [], "", "conforms", 0),
        ({"pass": 1, "unsupported": 2}, "must", [], "", "conforms", 0),
        ({"pass": 1, "warn": 1}, "must", [], "", "conforms", 0),
        ({"warn": 1}, "should", [], "", "violations", 1),
        ({"pass": 1, "fail": 1}, "must", [], "", "violations", 1),
        ({"fail": 1, "error": 5}, "must", [], "", "violations", 1),
        ({"pass": 1}, "must", GONE, "", "violations", 1),
        ({"pass": 1, "error": 1}, "must", GONE, "", "violations", 1),
        ({"pass": 1, "error": 1}, "must", [], "", "not judged", 2),
        ({"pass": 1, "blocked": 1}, "must", [], "", "not judged", 2),
        ({"warn": 1, "blocked": 1}, "must", [], "", "not judged", 2),
        ({"warn": 1, "blocked": 1}, "should", [], "", "violations", 1),
        ({}, "must", [], "", "not judged", 2),
        ({}, "must", GONE, "", "not judged", 2),
        ({"unsupported": 9}, "must", [], "", "not judged", 2),
        ({"error": 9}, "must", [], "", "not judged", 2),
        ({"pass": 9}, "must", [], "interrupted", "not judged", 2),
        ({"fail": 9}, "must", GONE, "interrupted", "not judged", 2),
    ],
)
def test_exit_status(counts, fail_on, problems, halted, verdict, status):
    options = Options(fail_on=fail_on)
    found = conclude(Counter(counts), options, problems, halted)
    assert (str(found[0]), found[2]) == (verdict, status)
    assert bool(found[1]) is bool(status)


def test_reason_says_why():
    def reason(counts, problems=(), halted=""):
        return conclude(Counter(counts), Options(), list(problems), halted)[1]

    assert reason({"fail": 1}) == "1 scenario found a violation"
    assert reason({"fail": 2}, GONE) == (
        "2 scenarios found a violation; rfc1/1/x: listed, but it conforms now"
    )
    assert reason({"pass": 1, "error": 1, "blocked": 1}) == (
        "2 scenarios could not judge"
    )
    assert reason({}) == "nothing could be judged"
    assert reason({}, halted="no target") == "no target"


@pytest.mark.parametrize(
    ("counts", "missing", "partial", "expected"),
    [
        ({"pass": 1}, "", "1 of 2 met", ("partial", "1 of 2 met", 0)),
        ({"pass": 1}, "1 of 3 ran", "", ("not judged", "1 of 3 ran", 2)),
        ({"pass": 1}, "1 of 3 ran", "met", ("not judged", "1 of 3 ran", 2)),
        ({}, "0 of 3 ran", "", ("not judged", "0 of 3 ran", 2)),
        ({}, "", "0 met", ("not judged", "nothing could be judged", 2)),
        (
            {"pass": 1, "blocked": 1},
            "2 of 3 ran",
            "met",
            ("not judged", "1 scenario could not judge; 2 of 3 ran", 2),
        ),
        (
            {"fail": 1},
            "1 of 3 ran",
            "met",
            ("violations", "1 scenario found a violation; 1 of 3 ran", 1),
        ),
        (
            {"fail": 1},
            "",
            "met",
            ("violations", "1 scenario found a violation", 1),
        ),
    ],
)
def test_selection_never_conforms(counts, missing, partial, expected):
    found = conclude(
        Counter(counts), Options(), [], "", missing=missing, partial=partial
    )
    assert (str(found[0]), *found[1:]) == expected


def requirement(slug, **fields):
    return Requirement(f"rfc1/1/{slug}", Level.MUST, "t.", "r", (), **fields)


@pytest.fixture
def catalogue(monkeypatch):
    made = Catalogue(
        [
            requirement("tested"),
            requirement("left-out", untested="nobody can see it"),
            requirement("new", since="1.3"),
            requirement("documented", deviation=Deviation("page", "else")),
        ]
    )
    monkeypatch.setattr(results, "catalogue", lambda: made)
    return made


def ran(verdict, *slugs, message="", scenario="s"):
    requirements = tuple(f"rfc1/1/{slug}" for slug in slugs)
    return scenario_result(scenario, verdict, message, requirements)


def rows(scenarios, version=NEWEST, **options):
    found = results.requirements(scenarios, Options(**options), version)
    return {row.id.removeprefix("rfc1/1/"): row for row in found}


@pytest.mark.usefixtures("catalogue")
def test_requirement_takes_the_worst_of_its_scenarios():
    found = rows(
        [
            ran("pass", "tested", scenario="a"),
            ran("blocked", "tested", scenario="b"),
            ran("fail", "new", scenario="c"),
        ]
    )
    assert found["tested"].verdict == "blocked"
    assert found["tested"].scenarios == ("a", "b")


@pytest.mark.usefixtures("catalogue")
def test_reason_of_a_requirement():
    found = rows(
        [
            ran("unsupported", "tested", message="first\nneeds a browser"),
            ran("known", "documented", message="said"),
        ]
    )
    assert found["tested"].reason == "needs a browser"
    assert found["documented"].reason == "page: else"
    assert found["left-out"].reason == "nobody can see it"
    assert found["new"].reason == "its scenarios did not run"


@pytest.mark.usefixtures("catalogue")
def test_scenario_without_a_message_gives_no_reason():
    assert rows([ran("unsupported", "tested")])["tested"].reason == ""


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("verdict", ["fail", "warn", "error", "blocked"])
def test_what_is_wrong_has_a_reason(verdict):
    def reason(*messages):
        scenarios = [ran("pass", "tested", message="no")]
        scenarios += [ran(verdict, "tested", message=m) for m in messages]
        return rows(scenarios)["tested"].reason

    assert reason("expected: a refusal\nactual: 200  {}", "x", "y") == (
        "expected: a refusal; actual: 200 {} (and 2 scenarios more)"
    )
    assert reason("one", "two") == "one (and 1 scenario more)"
    assert (
        reason("", "two")
        == "its scenario gives no reason (and 1 scenario more)"
    )
    assert reason(" \n ") == "its scenario gives no reason"
    assert len(reason("x" * 5000)) <= 301


@pytest.mark.usefixtures("catalogue")
def test_only_what_was_chosen_and_binds_is_shown():
    assert set(rows([], "1.2.2")) == {"tested", "left-out", "documented"}
    assert set(rows([], requirement=("*/tested",))) == {"tested"}


def test_every_verdict_is_counted():
    counts = results.counts([ran("pass"), ran("pass"), ran("fail")])
    assert list(counts) == [str(v) for v in Verdict]
    assert counts["pass"] == 2
    assert sum(counts.values()) == 3


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("reference:0.7", "reference", "reference:0.7"),
        ("https://h.example/x", "url", "https://h.example/x"),
        ("pip:fittrackee==1", "pip", "pip:fittrackee==1"),
        ("https://me:s3cret@h/x", "url", "https://h/x"),
        ("https://me:s3/cr@et@h", "url", "https://h"),
    ],
)
def test_target_that_never_started(text, kind, name):
    shown = results.target(None, Options(target=text))
    assert shown == TargetFacts(kind, name, url="", version="")


def test_target_that_started():
    owner = Credentials("o@example.com", "secret password")
    instance = Instance("url", "https://h/", "https://h", "1.3.6", owner)
    assert results.target(instance, Options()) == TargetFacts(
        kind="url", name="https://h/", url="https://h", version="1.3.6"
    )


def test_options_of_the_report():
    options = Options(
        known=Path("somewhere/known.toml"),
        requirement=("a", "b"),
        fail_on="should",
        read_only=True,
        fault="f",
        app_workers=3,
    )
    assert results.chosen(options, 7) == {
        "fail_on": "should",
        "requirement": ["a", "b"],
        "read_only": True,
        "fault": "f",
        "proxy": "",
        "known": "known.toml",
        "scenario": [],
        "examples": None,
        "seed": 7,
        "replay": "",
        "slow": False,
        "app_workers": 3,
        "environment": [],
    }


@pytest.mark.parametrize("version", ["0.7.0", "1.2.2", NEWEST])
def test_a_known_release_needs_no_note(version):
    assert results.version_notes(version) == []


@pytest.mark.parametrize("version", [f"{NEWEST}.1", "99.0.0", "99.0b1"])
def test_a_newer_release_is_held_to_the_newest_known(version):
    (note,) = results.version_notes(version)
    assert note == (
        f"FitTrackee {version} is newer than any known release: "
        f"tested against the documentation of FitTrackee {NEWEST}"
    )


@pytest.mark.parametrize(
    ("version", "told"),
    [("", "unknown version: "), ("main", "'main' is not a release")],
)
def test_an_unknown_version_is_held_to_the_newest_known(version, told):
    (note,) = results.version_notes(version)
    assert note.startswith(told)
    assert NEWEST in note

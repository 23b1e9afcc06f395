"""``fittrackee-conformance list``: tables to grep, JSON to read."""

import json

import pytest

from conformance.catalogue import catalogue
from conformance.scenario_files import scenario_exists

from . import command

pytestmark = pytest.mark.xdist_group("list")

KEYS = {
    "requirements": {
        "id",
        "level",
        "title",
        "sources",
        "since",
        "until",
        "scenarios",
        "faults",
        "untested",
        "unkillable",
    },
    "scenarios": {"id", "title", "requirements"},
    "faults": {"name", "violates", "summary"},
}


def listing(folder, *words):
    done = command.execute([*command.COMMAND, "list", *words], folder, folder)
    assert (done.status, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="session")
def lists(tmp_path_factory):
    """The three lists as JSON, asked for in an empty folder."""
    folder = tmp_path_factory.mktemp("empty")
    found = {w: json.loads(listing(folder, w, "--json")) for w in KEYS}
    assert list(folder.iterdir()) == []
    return found


@pytest.mark.parametrize("what", KEYS)
def test_json_is_an_array_of_the_promised_shape(lists, what):
    assert isinstance(lists[what], list)
    assert lists[what]
    assert all(set(row) >= KEYS[what] for row in lists[what])


def test_every_requirement_is_listed_once_in_reading_order(lists):
    ids = [row["id"] for row in lists["requirements"]]
    assert ids == [r.id for r in catalogue()]
    assert len(set(ids)) == len(ids)


def test_requirement_names_its_level_and_places(lists):
    for row in lists["requirements"]:
        assert row["level"] in {"MUST", "SHOULD", "MAY"}
        for source in row["sources"]:
            assert set(source) == {"name", "section", "url"}
            assert source["url"].startswith("https://")


def test_scenario_can_be_found(lists):
    for row in lists["scenarios"]:
        assert scenario_exists(row["id"])
        assert row["title"].endswith(".")
        assert all(i in catalogue() for i in row["requirements"])


def test_lists_refer_to_each_other(lists):
    scenarios = {s["id"]: s["requirements"] for s in lists["scenarios"]}
    faults = {f["name"]: f["violates"] for f in lists["faults"]}
    for row in lists["requirements"]:
        for scenario in row["scenarios"]:
            assert row["id"] in scenarios[scenario]
        for fault in row["faults"]:
            violated = {catalogue()[v].id for v in faults[fault]}
            assert row["id"] in violated
    named = {s for row in lists["requirements"] for s in row["scenarios"]}
    assert named == set(scenarios)
    breaking = {f for row in lists["requirements"] for f in row["faults"]}
    assert breaking == set(faults)


@pytest.mark.parametrize("what", KEYS)
def test_table_has_a_line_for_each(tmp_path, lists, what):
    lines = listing(tmp_path, what).splitlines()
    key = "name" if what == "faults" else "id"
    for row in lists[what]:
        assert any(line.startswith(f"{row[key]} ") for line in lines)


def test_scenario_that_cannot_be_read_is_an_error(tmp_path):
    words = [*command.COMMAND, "list", "scenarios", "--json"]
    meddling = {
        **command.plugin("meddler"),
        "MEDDLE_COLLECTION": "test_code.py",
    }
    done = command.execute(words, tmp_path, tmp_path, env=meddling)
    assert (done.status, done.stdout) == (2, "")
    [line] = done.errors
    assert "protocol/test_code.py" in line


def test_version_and_help(tmp_path):
    for word in ("--version", "--help"):
        words = [*command.COMMAND, word]
        done = command.execute(words, tmp_path, tmp_path)
        assert (done.status, done.stderr) == (0, "")
        assert done.stdout

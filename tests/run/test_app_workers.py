"""How many workers serve what is started, and what races come to then."""

import re

import pytest

from . import command

pytestmark = pytest.mark.xdist_group("app workers")

RACE = "properties/test_races.py::test_code_wins_once"
REQUIREMENT = "rfc6749/4.1.2/code-single-use-at-once"
ONE_AT_A_TIME = "this instance serves one request at a time"
USER = {
    "FITTRACKEE_EMAIL": "owner@example.com",
    "FITTRACKEE_PASSWORD": "pass word",
}


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """A race on a reference that serves one request at a time."""
    words = ("--app-workers", "1", "--scenario", RACE)
    return command.run(tmp_path_factory.mktemp("one"), *words)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A race on a reference of three workers."""
    words = ("--app-workers", "3", "--scenario", RACE)
    return command.run(tmp_path_factory.mktemp("three"), *words)


def controls(done):
    """Return the method and the path of each request of the control."""
    [scenario] = done.results["scenarios"]
    return [
        (e["request"]["method"], e["request"]["url"].partition("?")[0][-14:])
        for e in scenario["exchanges"]
        if e["actor"] == "race control"
    ]


def test_a_race_that_nobody_could_lose_is_unsupported(one):
    assert one.status == 2
    assert one.verdicts() == {RACE: "unsupported"}
    row = one.requirement(REQUIREMENT)
    assert (row["verdict"], row["reason"]) == ("unsupported", ONE_AT_A_TIME)
    assert ONE_AT_A_TIME in one.stdout
    assert one.stderr == ""


def test_a_race_is_judged_where_requests_overlap(three):
    assert (three.status, three.verdicts()) == (0, {RACE: "pass"})


def test_the_proof_is_shown(one, three):
    for done, overtook in ((one, 0), (three, 2)):
        both = [("GET", "/api/ping"), ("POST", "nformance/hold")]
        came = [(m, p if m == "POST" else p[-9:]) for m, p in controls(done)]
        [scenario] = done.results["scenarios"]
        told = rf"overtook a slow one in {overtook} of ([23]) attempts"
        [proof] = filter(
            None, (re.search(told, t) for t in scenario["observations"])
        )
        # The best of three counts, which a busy machine may need.
        assert came == both * int(proof[1])


def test_the_report_says_which(one, three):
    for done, chosen, told in ((one, 1, "1 thread"), (three, 3, "3 threads")):
        assert done.results["target"]["app_workers"] == told
        assert done.results["options"]["app_workers"] == chosen
        page = (done.report / "index.html").read_text("utf-8")
        assert f"<dd>{told}</dd>" in page
        assert f"<code>--app-workers {chosen}</code>" in page
        assert f", {told}\n" in done.stdout


def test_the_report_says_it_of_a_run_without_the_option(conforming):
    assert conforming.results["target"]["app_workers"] == "16 threads"
    assert conforming.results["options"]["app_workers"] is None
    assert "app-workers" not in conforming.stdout


def test_a_race_that_was_lost_all_the_same_is_red(tmp_path):
    words = ("--app-workers", "1", "--scenario", RACE)
    fault = ("--fault", "code_survives_exchange")
    done = command.run(tmp_path, *words, *fault)
    assert (done.status, done.verdicts()) == (1, {RACE: "fail"})


def test_plain_pytest_says_the_same(tmp_path, one):
    words = ("--app-workers", "1", "--scenario", RACE)
    done = command.plain_pytest(tmp_path, *words)
    assert (done.status, done.verdicts()) == (2, one.verdicts())


@pytest.mark.parametrize("how", [command.run, command.plain_pytest])
def test_a_running_target_takes_no_workers(tmp_path, how):
    words = ("--target", "https://ft.example.org", "--app-workers", "2")
    done = how(tmp_path, *words, env=USER)
    assert done.status == 2
    [line] = done.errors or [
        line
        for line in (done.stdout + done.stderr).splitlines()
        if "leave --app-workers out" in line
    ]
    assert "leave --app-workers out: the target is judged as it runs" in line
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("number", ["0", "65", "-1", "two", "1.5", ""])
def test_bad_number_is_2(tmp_path, number):
    done = command.run(tmp_path, "--app-workers", number)
    assert done.status == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("error:")
    assert "--app-workers" in line


def test_bad_number_is_refused_by_plain_pytest(tmp_path):
    done = command.plain_pytest(tmp_path, "--app-workers", "65")
    assert done.status == 2
    told = done.stdout + done.stderr
    assert "--app-workers: 65 is not in the range 1<=x<=64" in told
    assert "Traceback" not in told

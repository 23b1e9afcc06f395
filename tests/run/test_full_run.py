"""One run over everything on the reference: it conforms and tells nothing.

The browser is in it, and so are two worker processes; a spy in each of
them knows every secret that was met.
"""

import ast
import base64
import json
import os
import tomllib
from pathlib import Path

import pytest

from conformance.actors import launch
from conformance.catalogue import catalogue

from . import command, needles

pytestmark = pytest.mark.xdist_group("full run")

LIST = Path(__file__).with_name("unjudged_on_reference.toml")
TIMEOUT = 900  # seconds, on a slow machine
QUIET = {"pass", "known", "unsupported"}


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """Everything on the reference, with what the run knew."""
    folder = tmp_path_factory.mktemp("full")
    spied = tmp_path_factory.mktemp("spied")
    environ = {**command.plugin("secret_spy"), "SECRETS_SPY": str(spied)}
    done = command.run(folder, "--workers", "2", env=environ, timeout=TIMEOUT)
    files = list(spied.iterdir())
    assert len(files) == 3, done.stdout + done.stderr
    secrets = {s for file in files for s in json.loads(file.read_text())}
    return done, secrets


def test_reference_conforms(full):
    done, _ = full
    wrong = [
        (s["id"], s["verdict"], s["message"])
        for s in done.results["scenarios"]
        if s["verdict"] not in QUIET
    ]
    assert wrong == []
    assert (done.status, done.results["verdict"]) == (0, "conforms")
    assert done.results["notes"] == []
    assert done.left_behind() == []


# -- secrets ------------------------------------------------------------


def texts(done):
    """Return every file of the report, and what the command printed."""
    files = [path for path in done.report.rglob("*") if path.is_file()]
    assert len(files) >= 3
    return {
        **{path.name: path.read_text("utf-8") for path in files},
        "stdout": done.stdout,
        "stderr": done.stderr,
    }


def test_spy_knows_secrets_of_every_kind(full):
    done, secrets = full
    assert len(secrets) > 500
    labels = json.dumps(done.results)
    for kind in (
        "password",
        "client_secret",
        "authorization_code",
        "code_verifier",
        "access_token",
        "refresh_token",
        "session_cookie",
        "csrf_token",
    ):
        assert f"{kind}#1" in labels


def code():
    """Return every text that stands in the code, and so guards nothing."""
    files = [
        file
        for folder in ("scenarios", "conformance", "fixtures")
        for file in (command.ROOT / folder).rglob("*.py")
    ]
    nodes = (n for f in files for n in ast.walk(ast.parse(f.read_text())))
    return "\0".join(
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_no_secret_stands_in_any_file(full):
    done, known = full
    made_up = code()
    secrets = {s for s in known if s not in made_up and len(set(s)) > 4}
    assert len(secrets) > len(known) * 0.9
    leaks = needles.find(texts(done), secrets)
    # Not the secrets themselves: this message may end in a log.
    assert {(name, secret[:3]) for name, secret in leaks} == set()


@pytest.mark.parametrize(
    "written",
    [
        "x{}x",
        "?code={}&state=1",
    ],
)
@pytest.mark.parametrize("secret", ['pä ss"w<o>rd/', "Zk3v9QmT71xLpW0c"])
def test_search_finds_what_it_searches_for(written, secret):
    for spelling in needles.encodings(secret):
        text = written.format(spelling)
        assert needles.find({"t": text}, {secret}) == {("t", secret)}


@pytest.mark.parametrize("before", ["", "a", "ab", "app:"])
@pytest.mark.parametrize("after", ["", "z", "zz", ":x"])
def test_search_finds_a_secret_inside_base64(before, after):
    secret = "Zk3v9QmT71xLpW0c"
    text = base64.b64encode(f"{before}{secret}{after}".encode()).decode()
    assert needles.find({"t": text}, {secret}) == {("t", secret)}


# -- what the reference does not judge ----------------------------------


@pytest.fixture(scope="module")
def listed():
    """The committed list."""
    return tomllib.loads(LIST.read_text("utf-8"))


def test_each_entry_has_a_reason(listed):
    assert set(listed) == {"untested", "behind_proxy", "unsupported"}
    for requirement in listed["untested"]:
        assert catalogue()[requirement].untested.strip()
    for requirement in listed["behind_proxy"]:
        assert catalogue()[requirement].behind_proxy
    for requirement, reason in listed["unsupported"].items():
        assert requirement in catalogue()
        assert reason.strip()


def excused(reason):
    """Return whether a browser is what is missing; CI has one."""
    there = os.environ.get("CI") or not reason.startswith(launch.NO_BROWSER)
    return not there


def test_list_is_exactly_what_is_not_judged(full, listed):
    done, _ = full
    rows = done.results["requirements"]
    if any(excused(row["reason"]) for row in rows):
        pytest.skip(launch.NO_BROWSER)
    untested = {*listed["untested"], *listed["behind_proxy"]}
    for verdict, expected in (
        ("untested", untested),
        ("unsupported", set(listed["unsupported"])),
    ):
        found = {row["id"] for row in rows if row["verdict"] == verdict}
        assert found == expected


def test_scenario_is_unsupported_only_with_its_requirement(full, listed):
    """A requirement that others judge must not hide an absent scenario."""
    done, _ = full
    hidden = [
        (s["id"], s["message"])
        for s in done.results["scenarios"]
        if s["verdict"] == "unsupported"
        and not set(listed["unsupported"]) & set(s["requirements"])
        and not excused(s["message"])
    ]
    assert hidden == []

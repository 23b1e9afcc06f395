"""With --slow a scenario waits, after all others, for a code to expire."""

import re

import pytest

from conformance.reference import ReferenceServer, User, serve

from . import command

SCENARIO = "protocol/test_token_lifetimes.py::test_code_ends_after_ten_minutes"
SOME = (
    *("--requirement", "rfc6749/4.1.2/code-lifetime"),
    *("--requirement", "rfc7636/4.1/*"),
    *("--fail-on", "should"),
)
OWNER = User("owner", "owner@example.com", "correct horse battery")


@pytest.fixture
def server(tmp_path):
    """A server without a control channel; codes end after a second."""
    reference = ReferenceServer(
        f"sqlite:///{tmp_path}/db.sqlite", users=[OWNER]
    )
    reference.replace("code_lifetime", 1)
    with serve(reference) as reference.url:
        yield reference
    reference.close()


def judge(server, folder, *words, seconds="3", how=command.run):
    return how(
        folder,
        *("--target", server.url, *SOME, *words),
        env={
            **command.plugin("hurry"),
            "HURRY_SECONDS": seconds,
            "FITTRACKEE_EMAIL": OWNER.email,
            "FITTRACKEE_PASSWORD": OWNER.password,
        },
    )


def scenario(done):
    rows = done.results["scenarios"]
    return next(row for row in rows if row["id"] == SCENARIO)


def test_nobody_waits_unasked(server, tmp_path):
    found = scenario(judge(server, tmp_path))
    assert found["verdict"] == "unsupported"
    assert found["message"] == "needs --slow: takes eleven minutes"


def test_code_grows_old_after_all_others(server, tmp_path):
    words = ("--slow", "-vv")
    done = judge(server, tmp_path, *words, how=command.plain_pytest)
    assert done.status == 0
    order = re.findall(r"^scenarios/(\S+) ", done.stdout, re.MULTILINE)
    assert len(order) > 1
    assert order[-1] == SCENARIO
    found = scenario(done)
    assert found["verdict"] == "pass"
    (note,) = found["observations"]
    assert re.fullmatch(r"the code is \d+ seconds old", note)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_issue_and_exchange_are_evidence(server, tmp_path, workers):
    done = judge(server, tmp_path, "--slow", "--workers", workers)
    assert done.status == 0
    found = scenario(done)
    exchanges = found["exchanges"]
    assert [e["n"] for e in exchanges] == list(range(1, len(exchanges) + 1))
    assert found["http_requests"] == len(exchanges)
    paths = [e["request"]["url"].removeprefix(server.url) for e in exchanges]
    assert paths[:2] == ["/api/oauth/apps", "/api/oauth/authorize"]
    presented = [
        e for e, p in zip(exchanges, paths, strict=True) if "token" in p
    ][-1]
    issued = exchanges[1]
    assert "code=authorization_code#1" in issued["response"]["body"]
    assert "code=authorization_code#1" in presented["request"]["body"]
    assert presented["response"]["status"] == 400
    assert done.results["notes"] == []


def test_code_that_lives_on_is_found_out(server, tmp_path):
    server.replace("code_lifetime", 300)
    done = judge(server, tmp_path, "--slow", seconds="1")
    assert scenario(done)["verdict"] == "warn"
    assert done.status == 1

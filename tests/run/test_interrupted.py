"""A target that dies, Ctrl-C, SIGTERM: a report, status 2, nothing left."""

import pytest

from . import command

pytestmark = pytest.mark.xdist_group("interrupted")
MANY = "rfc6750/*"  # more than a hundred scenarios, none in the browser
AFTER = 8
SOON = 90  # seconds; on to the end such a run would take far longer


def meddling(signal, **extra):
    return {
        **command.plugin("meddler"),
        "MEDDLE_SIGNAL": signal,
        "MEDDLE_AFTER": str(AFTER),
        **extra,
    }


def check_stopped(done):
    assert done.status == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.results["verdict"] == "not judged"
    assert done.left_behind() == []
    junit = (done.report / "junit.xml").read_text("utf-8")
    assert done.results["reason"] in junit


@pytest.mark.parametrize(
    ("signal", "workers"), [("SIGINT", "0"), ("SIGINT", "2"), ("SIGTERM", "0")]
)
def test_interrupted_run(tmp_path, signal, workers):
    done = command.run(
        tmp_path,
        *("--requirement", MANY, "--workers", workers),
        env=meddling(signal),
        timeout=SOON,
    )
    check_stopped(done)
    assert done.results["reason"] == "interrupted"
    assert AFTER <= len(done.results["scenarios"]) < 10 * AFTER
    assert "not judged: interrupted" in done.stdout


def test_interrupted_plain_pytest(tmp_path):
    done = command.plain_pytest(
        tmp_path, "--requirement", MANY, env=meddling("SIGINT"), timeout=SOON
    )
    check_stopped(done)
    assert done.results["reason"] == "interrupted"


def test_interrupted_in_the_browser(tmp_path, browser):
    """Chromium and its driver end with the run."""
    extra = {"MEDDLE_AFTER": "1"}
    done = command.run(
        tmp_path,
        *("--requirement", "rfc6749/10.2/consent-*"),
        env=meddling("SIGINT", **extra),
        timeout=SOON,
    )
    check_stopped(done)


def test_interrupted_before_the_first_scenario(tmp_path):
    """While the target starts, the older report has gone already."""
    words = [*command.COMMAND[:1], "-c", EARLY, "run", "--report"]
    report = tmp_path / "report"
    done = command.execute([*words, str(report)], tmp_path, report)
    assert (done.status, done.errors) == (2, ["error: interrupted"])
    check_stopped(done)
    assert done.results["reason"] == "interrupted"


EARLY = """
import os, signal
from conformance.run import prepare
from conformance.cli import main
prepare.log_in = lambda _: os.kill(os.getpid(), signal.SIGINT)
main()
"""


def test_report_of_a_run_that_is_killed_judges_nothing(tmp_path):
    done = command.run(
        tmp_path, "--requirement", MANY, env=meddling("SIGKILL")
    )
    assert done.status == -9
    assert done.results["verdict"] == "not judged"
    assert done.results["reason"] == "the run has not finished"
    assert done.left_behind() == []


@pytest.mark.parametrize("workers", ["0", "2"])
def test_target_that_dies(tmp_path, serving, workers):
    server = serving()
    done = command.run(
        tmp_path,
        *("--target", server.url, "--requirement", MANY),
        *("--workers", workers),
        env={
            **meddling("SIGKILL", MEDDLE_PID=str(server.pid)),
            **server.credentials("owner", "stranger"),
        },
        timeout=SOON,
    )
    check_stopped(done)
    assert done.results["reason"] == "the instance no longer responds"
    scenarios = done.results["scenarios"]
    assert {s["verdict"] for s in scenarios} <= {"pass", "known", "error"}
    judged = [s for s in scenarios if s["verdict"] != "error"]
    refused = [s for s in scenarios if "no longer responds" in s["message"]]
    assert AFTER <= len(judged) < len(refused)
    # Nothing is sent any more, save by what still cleans up.
    assert sum(not s["exchanges"] for s in refused) >= len(refused) - 2


def test_target_that_dies_under_plain_pytest(tmp_path, serving):
    server = serving()
    done = command.plain_pytest(
        tmp_path,
        *("--target", server.url, "--requirement", MANY),
        env={
            **meddling("SIGKILL", MEDDLE_PID=str(server.pid)),
            **server.credentials("owner", "stranger"),
        },
        timeout=SOON,
    )
    check_stopped(done)
    assert done.results["reason"] == "the instance no longer responds"

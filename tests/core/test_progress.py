"""The progress lines."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from conformance.instance import Credentials, Instance
from conformance.options import Options
from conformance.results.verdict import RunVerdict
from conformance.run.progress import Progress

from .made import scenario_result


@pytest.fixture
def shown():
    """Progress on a console that keeps what is printed."""
    owner = Credentials("o@example.com", "correct horse")
    run = SimpleNamespace(
        context=SimpleNamespace(
            seed=7,
            instance=Instance("url", "t", "http://[fe80::1]", "1.3.6", owner),
        ),
        options=Options(),
        scenarios=[],
        verdict=RunVerdict.NOT_JUDGED,
        reason="",
    )
    file = io.StringIO()
    console = Console(file=file, width=200, highlight=False, emoji=False)
    return Progress(console, run), file.getvalue


def report(verdict, scenario="protocol/test_x.py::test_y[/a]", message=""):
    found = {"id": scenario, "verdict": verdict, "message": message}
    return SimpleNamespace(conformance=found)


def test_target_is_named_first(shown):
    progress, text = shown
    progress.pytest_sessionstart()
    progress.pytest_sessionfinish()
    assert text() == "t at http://[fe80::1], FitTrackee 1.3.6\nseed 7\n"


def test_only_what_did_not_pass_is_printed(shown):
    progress, text = shown
    progress.pytest_runtest_logreport(report("pass"))
    progress.pytest_runtest_logreport(SimpleNamespace())
    assert text() == ""
    progress.pytest_runtest_logreport(
        report("fail", message="expected: [bold]\nactual: :smile:")
    )
    assert text() == (
        "fail protocol/test_x.py::test_y[/a]\n"
        "    expected: [bold] | actual: :smile:\n"
    )


def test_verdict_is_printed_last(shown):
    progress, text = shown
    progress.run.scenarios = [
        scenario_result("a", "pass"),
        scenario_result("b", "error"),
    ]
    progress.run.reason = "1 scenario could not judge [really]"
    progress.conclude()
    assert text().splitlines()[0] == (
        "not judged: 1 scenario could not judge [really] (1 error, 1 pass)"
    )


def test_run_without_scenarios_says_so(shown):
    progress, text = shown
    progress.conclude()
    assert "not judged (no scenario ran)" in text()

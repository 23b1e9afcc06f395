"""One run for the command and pytest, and how it can end."""

import json
import sys

import pytest

from conformance.errors import UsageError
from conformance.instance import Credentials, Instance
from conformance.options import Options
from conformance.run.context import Context
from conformance.run.halt import Halt
from conformance.run.run import Run

from . import command

# What the command does, without anything that shows progress.
STARTED_BEFORE = """
import json, sys
from pathlib import Path
import pytest
from conformance.options import Options
from conformance.run.command import arguments
from conformance.run.keys import Handover
from conformance.run.run import Run

made = []
first = Run.__init__
Run.__init__ = lambda self, options: made.append(self) or first(self, options)
run = Run(Options(report=Path(sys.argv[1]), requirement=(sys.argv[2],)))
run.start()
status = pytest.main(arguments(), plugins=[Handover(run)])
open_still = Path(run.junit).parent.exists()
run.close()
print(json.dumps([len(made), run.written, open_still, int(status)]))
"""


def test_run_is_handed_over(tmp_path):
    words = [sys.executable, "-c", STARTED_BEFORE, str(tmp_path), command.ONE]
    done = command.execute(words, tmp_path, tmp_path)
    assert json.loads(done.stdout.splitlines()[-1]) == [1, True, True, 0]
    assert list(done.verdicts()) == [command.SCENARIO]
    assert done.left_behind() == []


@pytest.fixture
def run(tmp_path):
    made = Run(Options(report=tmp_path / "report"))
    yield made
    made.close()


def written(run):
    text = (run.options.report / "results.json").read_text("utf-8")
    return json.loads(text)["reason"]


@pytest.mark.parametrize(
    ("status", "halted", "reason"),
    [
        (0, None, "nothing could be judged"),
        (1, None, "nothing could be judged"),
        (2, Halt.INTERRUPTED, "interrupted"),
        (3, Halt.HARNESS_FAILED, "the harness failed"),
        (4, Halt.HARNESS_FAILED, "the harness failed"),
        (5, None, "nothing could be judged"),
    ],
)
def test_end_of_pytest_is_the_end_of_the_run(run, status, halted, reason):
    assert run.finish(status) == 2
    assert run.halted is halted
    assert run.reason == written(run) == reason


def test_first_reason_stays(run):
    run.halt(Halt.NOT_COLLECTED, "test_x.py cannot be collected")
    run.finish(2)
    assert run.halted is Halt.NOT_COLLECTED
    assert written(run) == "test_x.py cannot be collected"


def test_lost_instance_is_the_reason_whatever_else_was(run, monkeypatch):
    """And nothing is swept on it."""
    owner = Credentials("o@example.com", "correct horse")
    instance = Instance("url", "t", "http://h.invalid", "1.3.6", owner)
    run.context = Context(run.options, instance, "fc-x")
    monkeypatch.setattr("conformance.run.prepare.sweep_apps", pytest.fail)
    assert not run.lost
    run.lost = True
    assert run.finish(2) == 2
    assert run.halted is Halt.INSTANCE_LOST
    assert written(run) == "the instance no longer responds"


class Killed(BaseException):
    """Nothing can be done any more."""


def test_run_that_was_killed_has_not_come_to_its_end(run, monkeypatch):
    """The first report stands until the last one is written."""

    def killed(_):
        raise Killed

    monkeypatch.setattr(Run, "_started_target", killed)
    with pytest.raises(Killed):
        run.start()
    assert written(run) == "the run has not finished"


def test_document_decides_nothing(run):
    run.reason = "decided before"
    assert run._document().reason == "decided before"
    assert run.reason == "decided before"


@pytest.fixture
def swept(run, monkeypatch):
    """Return what results.json says whenever the instance is swept."""
    owner = Credentials("o@example.com", "correct horse")
    instance = Instance("url", "t", "http://h.invalid", "1.3.6", owner)
    run.context = Context(run.options, instance, "fc-x")
    found = []

    def sweep(_instance, _prefix):
        there = (run.options.report / "results.json").is_file()
        found.append(written(run) if there else None)
        return ["1 app is left"]

    monkeypatch.setattr("conformance.run.prepare.sweep_apps", sweep)
    return found


def test_results_are_there_before_anything_is_swept(run, swept):
    run.finish(2)
    assert swept == ["interrupted"]
    text = (run.options.report / "results.json").read_text("utf-8")
    assert "1 app is left" in json.loads(text)["notes"]


def test_results_that_cannot_be_written_leave_no_app(run, swept):
    run.options.report.write_text("in the place of the folder")
    with pytest.raises(UsageError, match="name another folder"):
        run.finish(0)
    assert swept == [None]

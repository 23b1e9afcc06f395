"""Child processes end with the harness, even if it is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.errors import TargetError
from conformance.processes import process, signals

# A child with a child of its own; both ignore SIGTERM.
FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def python(code):
    return [sys.executable, "-c", code]


def is_zombie(pid):
    """Return whether a process has ended, but no init has reaped it."""
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
        return stat.rpartition(")")[2].split()[0] == "Z"
    return False


def gone(pid):
    """Wait for a process to end; return whether it did."""
    for _ in range(400):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if is_zombie(pid):
            return True
        time.sleep(0.05)
    return False


def first_line(log):
    """Wait for the first line of a log and return it."""
    for _ in range(200):
        if "\n" in (text := log.read_text()):
            return text.partition("\n")[0]
        time.sleep(0.05)
    raise AssertionError(f"nothing in {log}")


def running(tmp_path, code, **options):
    return process.running(
        python(code),
        name="it",
        env=process.plain_environment(tmp_path),
        log=tmp_path / "log",
        **options,
    )


def run(tmp_path, code, **options):
    return process.run(
        python(code),
        what="the test",
        env=process.plain_environment(tmp_path),
        cwd=tmp_path,
        **{"seconds": 30, **options},
    )


def test_service_that_ignores_sigterm_is_killed_with_its_children(tmp_path):
    with running(tmp_path, FAMILY, patience=0.2) as service:
        child = int(first_line(service.log))
        assert service.ended() == ""
    assert service.ended() == "it was ended by SIGKILL"
    assert gone(child)


def test_children_end_when_the_service_was_killed(tmp_path):
    with running(tmp_path, FAMILY, patience=0.2) as service:
        child = int(first_line(service.log))
        service.process.kill()
        service.process.wait(10)
    assert gone(child)


def test_a_service_ends_on_an_exception(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        running(tmp_path, "import time; time.sleep(60)") as service,
    ):
        _ = 1 / 0
    assert service.process.poll() is not None


def test_service_has_its_exit_status_and_log(tmp_path):
    with running(tmp_path, "print('why'); raise SystemExit(3)") as service:
        service.process.wait(10)
        assert service.ended() == "it ended with exit status 3"
        assert service.tail() == "why\n"


def test_a_command_reads_its_input_and_reports_its_output(tmp_path):
    done = run(tmp_path, "print(input()[::-1]); exit(4)", stdin="abc\n")
    assert (done.status, done.output) == (4, "cba\n")


def test_a_command_that_takes_too_long_is_ended(tmp_path):
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with pytest.raises(TargetError) as caught:
        run(tmp_path, code, seconds=1.5)
    assert caught.value.message == "the test: not finished after 1.5 s"
    assert gone(int(caught.value.detail))


def test_a_command_that_does_not_exist_is_one_line(tmp_path):
    with pytest.raises(TargetError, match="cannot be run in"):
        process.run(
            ["/no/such/command"],
            what="x",
            env={},
            cwd=tmp_path,
            seconds=5,
        )


def test_server_inherits_only_path_of_the_shell(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/ours")
    monkeypatch.setenv("EMAIL_URL", "smtp://ours")
    environment = process.plain_environment(tmp_path, PORT="1")
    assert set(environment) == {"PATH", "HOME", "LC_ALL", "TZ", "PORT"}


HARNESS = """
import sys, time
from pathlib import Path
from conformance.processes import process, signals
folder = Path(sys.argv[1])
with signals.stopping_signals_interrupt(), signals.CleanUp() as stack:
    stack.callback((folder / "cleaned").touch)
    stack.callback(time.sleep, 0.5)
    service = stack.enter_context(process.running(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        name="it", env=process.plain_environment(folder),
        log=folder / "log"))
    print(service.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def harness(tmp_path):
    """A process that runs a service, and the service's process id."""
    with subprocess.Popen(
        [sys.executable, "-c", HARNESS, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as started:
        yield started, int(started.stdout.readline())
        started.kill()


@pytest.mark.parametrize("number", signals.STOPPERS)
def test_a_stopping_signal_cleans_up(harness, tmp_path, number):
    started, service = harness
    os.killpg(started.pid, number)
    started.wait(20)
    assert gone(service)
    assert (tmp_path / "cleaned").exists()


def test_a_second_signal_does_not_stop_the_clean_up(harness, tmp_path):
    started, service = harness
    os.killpg(started.pid, signal.SIGINT)
    assert gone(service)  # now it sleeps half a second
    os.killpg(started.pid, signal.SIGINT)
    os.killpg(started.pid, signal.SIGTERM)
    started.wait(20)
    assert (tmp_path / "cleaned").exists()


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux can do it"
)
def test_a_service_ends_when_the_harness_is_killed(harness):
    started, service = harness
    started.kill()
    started.wait(20)
    assert gone(service)

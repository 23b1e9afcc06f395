"""Nothing that is meant for other programs changes a run's verdict."""

import os
import subprocess
import sys
import warnings

import pytest

from conformance.run import isolation

from . import command

BROKEN = ("--requirement", command.ONE, "--fault", command.FAULT)
SHADOWED = (
    "argparse",
    "client",
    "conftest",
    "execnet",
    "hypothesis",
    "json",
    "pip",
    "playwright",
    "pytest",
    "random",
    "test_code",
    "token",
    "types",
    "xdist",
    "yaml",
)
ROGUE = """
import pathlib
pathlib.Path({marks!r}, "rogue").touch()
def pytest_collection_modifyitems(items):
    items.clear()
"""


def write_module(folder, name, marks):
    """Write a module that leaves a mark when it is imported."""
    text = f"open({str(marks / name)!r}, 'w').close()\nraise ImportError\n"
    (folder / f"{name}.py").write_text(text)


@pytest.fixture
def hostile(tmp_path):
    """A current folder and an environment that mean other programs."""
    marks, installed = tmp_path / "marks", tmp_path / "installed"
    here = tmp_path / "parent" / "here"
    for folder in (marks, installed / "rogue-1.dist-info", here):
        folder.mkdir(parents=True)
    for name in SHADOWED:
        write_module(here, name, marks)
    (here / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    (here.parent / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = "--collect-only"\n'
    )
    (installed / "rogue.py").write_text(ROGUE.format(marks=str(marks)))
    entry = installed / "rogue-1.dist-info"
    (entry / "METADATA").write_text("Name: rogue\nVersion: 1\n")
    (entry / "entry_points.txt").write_text("[pytest11]\nrogue = rogue\n")
    environ = {
        "PYTHONPATH": str(installed),
        "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "error",
        "PYTHONINSPECT": "1",
        "PYTEST_ADDOPTS": "-k nothing --collect-only -p no:conformance",
        "PYTEST_PLUGINS": "there_is_none",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_XDIST_AUTO_NUM_WORKERS": "x",
        "HYPOTHESIS_DATABASE_FILE": "x",
        "PWDEBUG": "1",
    }
    return here, environ, marks


IGNORED = (
    "ignored: HYPOTHESIS_DATABASE_FILE, PWDEBUG, PYTEST_ADDOPTS, "
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD, PYTEST_PLUGINS, "
    "PYTEST_XDIST_AUTO_NUM_WORKERS, PYTHONINSPECT, PYTHONOPTIMIZE, "
    "PYTHONWARNINGS, conftest.py, pytest.ini, ../pyproject.toml, "
    "plugin rogue"
)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_environment_and_folder_change_nothing(hostile, workers):
    here, environ, marks = hostile
    done = command.run(here, *BROKEN, "--workers", workers, env=environ)
    assert done.status == 1, done.stdout + done.stderr
    assert done.results["verdict"] == "violations"
    assert list(done.verdicts()) == [command.SCENARIO]
    assert done.stdout.splitlines()[0] == IGNORED
    assert done.results["notes"] == [IGNORED]
    assert done.stderr == ""
    assert list(marks.iterdir()) == []
    assert {p.name for p in here.iterdir() if p.suffix != ".py"} == {
        "pytest.ini",
        "report",
    }


def test_list_is_whole_as_well(hostile):
    here, environ, marks = hostile
    words = [*command.COMMAND, "list", "scenarios"]
    done = command.execute(words, here, here, env=environ)
    assert (done.status, done.stderr) == (0, "")
    assert f"\n{command.SCENARIO}  " in done.stdout
    assert len(done.stdout.splitlines()) > 1000
    assert list(marks.iterdir()) == []


def test_nothing_is_taken_away_for_good(monkeypatch):
    """Whoever calls the command in process keeps the environment."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k x")
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    before = dict(os.environ)
    with isolation.environment() as ignored:
        assert "PYTEST_ADDOPTS" in ignored
        assert "PYTEST_CURRENT_TEST" not in ignored
        assert not any(name.startswith("PYTEST_") for name in os.environ)
        assert os.environ["PYTHONSAFEPATH"] == "1"
    assert dict(os.environ) == before


def test_warnings_are_no_errors(monkeypatch):
    monkeypatch.setattr(sys, "warnoptions", ["error"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with isolation.environment():
            warnings.warn("not raised", stacklevel=1)
        with pytest.raises(UserWarning):
            warnings.warn("raised", stacklevel=1)


def test_files_of_the_checkout_are_not_foreign(monkeypatch):
    monkeypatch.chdir(command.ROOT)
    assert isolation.foreign_files(command.ROOT) == []
    found = isolation.foreign_files(command.HERE)
    assert found[:2] == ["conftest.py", "pyproject.toml"]


# -- closed, full and broken streams ------------------------------------

STREAMS = {
    "closed": '"$@" >&- 2>&-',
    "full": '"$@" >/dev/full 2>/dev/full',
    "broken": '{ "$@" 2>&1; echo $? >status; } | true; exit $(cat status)',
}


def shell(stream, *words):
    """Return a command line with other standard streams."""
    return ["sh", "-c", STREAMS[stream], "sh", *words]


@pytest.mark.parametrize(
    ("stream", "workers"), [("closed", "1"), ("full", "0"), ("broken", "1")]
)
def test_run_goes_on_when_nobody_reads(tmp_path, stream, workers):
    report = tmp_path / "report"
    words = [*command.COMMAND, "run", *BROKEN, "--report", str(report)]
    words = shell(stream, *words, "--workers", workers)
    done = command.execute(words, tmp_path, report)
    assert done.status == 1
    assert done.results["reason"] == (
        "1 scenario found a violation: 1 requirement, 1 cause"
    )
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("stream", "status"), [("closed", 2), ("full", 2), ("broken", 0)]
)
def test_list_that_nobody_reads(tmp_path, stream, status):
    words = shell(stream, *command.COMMAND, "list", "faults")
    done = command.execute(words, tmp_path, tmp_path)
    assert (done.status, done.stdout, done.stderr) == (status, "", "")


def test_list_says_that_the_disk_is_full(tmp_path):
    words = [*command.COMMAND, "list", "faults"]
    words = ["sh", "-c", '"$@" >/dev/full', "sh", *words]
    done = command.execute(words, tmp_path, tmp_path)
    assert done.status == 2
    assert done.stderr == (
        "error: the list cannot be printed: No space left on device\n"
    )


@pytest.mark.parametrize("stream", STREAMS)
def test_doctor_that_nobody_reads(tmp_path, serving, stream):
    words = [*command.COMMAND, "doctor", "--target", serving().url]
    done = command.execute(shell(stream, *words), tmp_path, tmp_path)
    assert (done.status, done.stdout, done.stderr) == (0, "", "")


def test_serve_goes_on_when_nobody_reads(tmp_path):
    """It serves until it is told to stop, and complains about nothing."""
    reader, writer = os.pipe()
    words = [*command.COMMAND, "serve", "--port", "0"]
    with subprocess.Popen(words, stdout=writer, stderr=writer) as server:
        os.close(writer)
        assert os.read(reader, 1)
        os.close(reader)
        server.terminate()  # it says that it stopped, to nobody
        assert server.wait(60) == 0


def test_letters_that_an_encoding_lacks_are_no_error(tmp_path):
    environ = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    code = (
        "from conformance.run import output\n"
        "with output.steady(): print(chr(233))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=command.environment(**environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "\\xe9\n"

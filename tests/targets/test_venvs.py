"""Virtual environments are installed once, and never left incomplete."""

import threading

import pytest

from conformance.errors import TargetError
from conformance.targets import venvs
from conformance.targets.releases import from_requirement

RELEASE = from_requirement("fittrackee==1.3.6")


@pytest.fixture
def installs(monkeypatch):
    """Replace pip; return a list with a member for each installation."""
    calls = []

    def create(folder, python):
        python.parent.mkdir(parents=True)
        python.touch()

    def install(release, folder, python):
        calls.append(folder)

    monkeypatch.setattr(venvs, "_create", create)
    monkeypatch.setattr(venvs, "_install", install)
    return calls


def test_installed_once(tmp_path, installs):
    first = venvs.provide(RELEASE, cache=tmp_path)
    assert first.exists()
    assert venvs.provide(RELEASE, cache=tmp_path) == first
    assert len(installs) == 1


def test_two_runs_at_once_install_once(tmp_path, installs, monkeypatch):
    began, go_on = threading.Event(), threading.Event()

    def slow(release, folder, python):
        installs.append(folder)
        began.set()
        assert go_on.wait(10)

    monkeypatch.setattr(venvs, "_install", slow)
    runs = [
        threading.Thread(
            target=venvs.provide, args=(RELEASE,), kwargs={"cache": tmp_path}
        )
        for _ in range(2)
    ]
    runs[0].start()
    assert began.wait(10)
    runs[1].start()
    go_on.set()
    for run in runs:
        run.join(10)
    assert len(installs) == 1


def test_waiting_for_another_run_times_out(tmp_path, installs, monkeypatch):
    monkeypatch.setattr(venvs, "INSTALL_SECONDS", 0.1)
    cache = tmp_path / f"{venvs.key(RELEASE)}.lock"
    with (
        venvs._locked(cache, RELEASE),
        pytest.raises(TargetError, match="another run has been installing"),
    ):
        venvs.provide(RELEASE, cache=tmp_path)


def test_an_interrupted_installation_is_done_again(tmp_path, installs):
    left = tmp_path / venvs.key(RELEASE)
    (left / "bin").mkdir(parents=True)
    (left / "bin" / "python").touch()
    (left / "half-done").touch()
    venvs.provide(RELEASE, cache=tmp_path)
    assert len(installs) == 1
    assert not (left / "half-done").exists()


def test_an_environment_whose_python_is_gone_is_done_again(tmp_path, installs):
    venvs.provide(RELEASE, cache=tmp_path).unlink()
    assert venvs.provide(RELEASE, cache=tmp_path).exists()
    assert len(installs) == 2


def test_a_failed_installation_leaves_nothing(tmp_path, installs, monkeypatch):
    def fail(release, folder, python):
        raise KeyboardInterrupt

    monkeypatch.setattr(venvs, "_install", fail)
    with pytest.raises(KeyboardInterrupt):
        venvs.provide(RELEASE, cache=tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_the_key_tells_releases_and_pins_apart():
    versions = ("1.3.6", "1.3.5", "0.7.0", "0.7.7")
    keys = {venvs.key(from_requirement(f"fittrackee=={v}")) for v in versions}
    assert len(keys) == len(versions)


def test_pip_does_not_inherit_our_python(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/ours")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example.org")
    environment = venvs._environment()
    assert "PYTHONPATH" not in environment
    assert "PIP_TARGET" not in environment
    assert environment["PIP_INDEX_URL"] == "https://index.example.org"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            "ERROR: No matching distribution found for fittrackee==1.3.6",
            "fittrackee==1.3.6 is not on the package index",
        ),
        (
            "ERROR: No matching distribution found for fittrackee==1.3.60",
            "pip cannot install fittrackee==1.3.6",
        ),
        ("(from versions: none)", "is the package index reachable?"),
        ("error: metadata-generation-failed", "pip cannot install"),
    ],
)
def test_why_pip_failed_is_one_line(output, expected):
    message = venvs._explain(RELEASE, output)
    assert expected in message
    assert "\n" not in message


def test_a_cache_that_cannot_be_written_is_named(tmp_path, installs):
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(TargetError, match="set XDG_CACHE_HOME"):
        venvs.provide(RELEASE, cache=blocked / "cache")

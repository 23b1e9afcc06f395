"""The set-up command provides a part, or tells in one line what does."""

import pytest
from click.testing import CliRunner

from conformance import provision
from conformance.processes import packages
from conformance.processes.packages import Lack
from conformance.provision import Part

APT = "apt-get update && apt-get install -y --no-install-recommends"


@pytest.fixture
def part(monkeypatch):
    """Make up a part: a function that says what it lacks, time by time."""
    monkeypatch.setattr(packages, "available", lambda: True)
    monkeypatch.setattr(packages, "_is_root", lambda: True)

    def make(name, *lacks):
        examined, installed = iter(lacks), []
        monkeypatch.setitem(
            provision.PARTS,
            name,
            Part(lambda: next(examined), installed.append),
        )
        return installed

    return make


def run(*parts, ci=""):
    return CliRunner(env={"CI": ci}).invoke(provision.main, parts)


LACK = Lack("nothing there", ("part",))


@pytest.mark.parametrize("ci", ["", "true"])
def test_part_that_is_there_is_left_alone(part, ci):
    installed = part("browser", None)
    done = run("browser", ci=ci)
    assert (done.exit_code, done.output, installed) == (0, "", [])


def test_missing_part_is_installed(part):
    installed = part("browser", LACK, None)
    done = run("browser", ci="true")
    assert (done.exit_code, installed) == (0, [LACK])


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_part_that_cannot_be_installed_is_named(part, ci, status):
    part("browser", LACK, LACK)
    done = run("browser", ci=ci)
    assert done.exit_code == status
    assert "browser is missing: nothing there\n" in done.output
    assert done.output.endswith(f"To get what is missing, run: {APT} part\n")


def test_one_line_gets_all_that_is_missing(part):
    other = Lack("gone", ("other", "part"), "step")
    part("browser", LACK, LACK)
    part("postgresql", None)
    part("proxies", other, other)
    done = run()  # all parts
    assert done.output.count(APT) == 1
    assert done.output.endswith(f"run: {APT} part other && step\n")


def test_unknown_part_is_refused():
    assert run("redis").exit_code == 2


def test_nothing_is_installed_by_who_is_not_root(monkeypatch):
    ran = []
    monkeypatch.setattr(provision, "_ran", lambda *words: ran.append(words))
    monkeypatch.setattr(packages, "_is_root", lambda: False)
    provision.install_packages(LACK)
    assert ran == []


def test_browser_is_downloaded_before_a_package_is_taken(monkeypatch):
    ran = []
    monkeypatch.setattr(packages, "can_install", lambda: True)
    monkeypatch.setattr(packages, "has_chromium", lambda: True)
    monkeypatch.setattr(provision.launch, "driver_problem", str)
    monkeypatch.setattr(
        provision, "_ran", lambda words, _: ran.append(" ".join(words))
    )
    provision._update.cache_clear()
    provision.install_browser(Lack("", ("libatomic1", "chromium")))
    install = "apt-get install -qy --no-install-recommends"
    assert ran[:2] == ["apt-get update -q", f"{install} libatomic1"]
    assert ran[2].endswith("-m playwright install chromium")
    assert ran[3:] == [f"{install} chromium"]
    provision._update.cache_clear()


def test_command_is_ended_with_its_children(tmp_path):
    mark = tmp_path / "mark"
    script = f"(sleep 3; touch {mark}) & sleep 30"
    assert not provision._ran(["sh", "-c", script], 1)
    assert not provision._ran(["sh", "-c", "sleep 4"], 3.5)
    assert not mark.exists()
    assert not provision._ran(["/nonexistent"], 1)
    assert provision._ran(["true"], 10)

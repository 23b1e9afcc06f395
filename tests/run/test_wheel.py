"""The wheel holds what the tree holds, and works from anywhere."""

import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import PurePath

import pytest

from . import command

pytestmark = pytest.mark.xdist_group("wheel")

BUILD_SECONDS = 300
FOLDERS = {
    "conformance": "conformance",
    "fixtures": "conformance/fixtures",
    "scenarios": "conformance/scenarios",
}


def tracked(folder):
    """Return the files of a folder that belong to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", folder],
        cwd=command.ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    names = [name for name in listed.stdout.split("\0") if name]
    return [name for name in names if (command.ROOT / name).is_file()]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from a copy so that the tree stays clean."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in tracked("."):
        copy = folder / "tree" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((command.ROOT / name).read_bytes())
    words = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet"]
    words += ["--wheel-dir", str(folder / "dist"), str(folder / "tree")]
    built = subprocess.run(
        words,
        cwd=folder,
        env=command.environment(PIP_DISABLE_PIP_VERSION_CHECK="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_SECONDS,
    )
    assert built.returncode == 0, built.stderr[-3000:]
    [found] = (folder / "dist").iterdir()
    return found


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """The wheel's command, in an environment of its own.

    Its dependencies are those of this environment, put behind it in the
    path, so that nothing has to be downloaded.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    words = [sys.executable, "-m", "pip", "--python", str(python)]
    words += ["install", "--no-deps", "--no-index", "--quiet", str(wheel)]
    subprocess.run(
        words,
        check=True,
        timeout=BUILD_SECONDS,
        env=command.environment(PIP_DISABLE_PIP_VERSION_CHECK="1"),
    )
    [site] = folder.glob("lib/python*/site-packages")
    ours = [p for p in sys.path if p.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(ours) + "\n")
    return [str(folder / "bin" / "fittrackee-conformance")]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_in_the_wheel(wheel, folder):
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        FOLDERS[folder] + name.removeprefix(folder) for name in tracked(folder)
    }
    assert expected - names == set()


def test_nothing_else_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        FOLDERS[folder] + name.removeprefix(folder)
        for folder in FOLDERS
        for name in tracked(folder)
    }
    extra = {n for n in names - expected if ".dist-info/" not in n}
    assert extra == set()


def test_every_package_is_declared():
    """A package that is forgotten there is missing from the wheel."""
    document = tomllib.loads((command.ROOT / "pyproject.toml").read_text())
    declared = set(document["tool"]["setuptools"]["packages"])
    modules = [
        PurePath(FOLDERS[folder] + name.removeprefix(folder))
        for folder in FOLDERS
        for name in tracked(folder)
        if name.endswith(".py")
    ]
    parents = {str(p) for m in modules for p in m.parents} - {"."}
    assert declared == {parent.replace("/", ".") for parent in parents}


def test_wheel_is_what_runs(installed, tmp_path):
    python = installed[0].replace("fittrackee-conformance", "python")
    words = [python, "-c", "import conformance; print(conformance.__file__)"]
    done = command.execute(words, tmp_path, tmp_path)
    assert os.fspath(command.ROOT) not in done.stdout
    assert done.stdout.startswith(python.removesuffix("bin/python"))


def test_scenarios_have_the_same_ids(installed, tmp_path):
    words = ["list", "scenarios", "--json"]
    ours = command.execute([*command.COMMAND, *words], tmp_path, tmp_path)
    theirs = command.execute([*installed, *words], tmp_path, tmp_path)
    assert (theirs.status, theirs.stderr) == (0, "")
    assert json.loads(theirs.stdout) == json.loads(ours.stdout)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", ["0", "2"])
def test_short_run_works_from_an_empty_folder(installed, tmp_path, workers):
    words = [*installed, "run", "--requirement", command.ONE]
    report = tmp_path / "reports" / "last"
    done = command.execute([*words, "--workers", workers], tmp_path, report)
    assert (done.status, done.stderr) == (0, ""), done.stdout
    assert list(done.verdicts().values()) == ["pass"]
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]

"""The architecture: which room may know which, and how many there are."""

import ast
import configparser
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "conformance"
MODULES_IN_THE_ROOT = 12
LINTER = Path(sys.executable).with_name("lint-imports")


def lint(folder):
    """Run import-linter over the package in a folder."""
    return subprocess.run(
        [LINTER, "--no-cache", "--config", ROOT / ".importlinter"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def copy(tmp_path):
    """The library's modules, to add an import to."""
    shutil.copytree(
        LIBRARY,
        tmp_path / "conformance",
        ignore=shutil.ignore_patterns("__pycache__", "requirements"),
    )
    return tmp_path


def test_contracts_hold():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


FORBIDDEN = {
    "an upper room": ("evidence/redact.py", "conformance.report"),
    "a neighbour": ("targets/url.py", "conformance.expect"),
    "the judge": ("reference/server.py", "conformance.evidence"),
    "faults": ("reference/server.py", "conformance.faults"),
    "pytest": ("report/html.py", "pytest"),
    "httpx by another room": ("catalogue/levels.py", "httpx"),
}


@pytest.mark.parametrize(
    ("file", "imported"), FORBIDDEN.values(), ids=FORBIDDEN
)
def test_contracts_fail_for_a_forbidden_import(copy, file, imported):
    changed = copy / "conformance" / file
    text = changed.read_text("utf-8")
    changed.write_text(f"{text}\nimport {imported}\n", "utf-8")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert file.removesuffix(".py").replace("/", ".") in done.stdout


def test_each_room_has_a_layer():
    """Because one that is left out might know anybody."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", "utf-8")
    layers = contract["importlinter:contract:layers"]
    assert layers["exhaustive"] == "True"


def test_root_is_small():
    """Because a folder that holds everything names nothing."""
    modules = sorted(file.name for file in LIBRARY.glob("*.py"))
    assert len(modules) <= MODULES_IN_THE_ROOT, modules


def test_a_public_class_has_a_name_of_its_own():
    """Because a reader who searches for it finds two."""
    found = defaultdict(set)
    for file in LIBRARY.rglob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name[0] != "_":
                found[node.name].add(file.relative_to(ROOT).as_posix())
    assert {n: f for n, f in found.items() if len(f) > 1} == {}


def test_the_drawing_is_fresh():
    done = subprocess.run(
        [sys.executable, "docs/architecture.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""The folder of the scenarios, and their ids."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def scenarios() -> Path:
    """Return the scenarios' folder, in the wheel or in the checkout."""
    packaged = _PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "scenarios"


def is_scenario(path: Path) -> bool:
    """Return whether a file or folder is within the scenarios' folder."""
    return path.resolve().is_relative_to(scenarios())


def scenario_id(path: Path, name: str) -> str:
    """Return a scenario's id, such as ``protocol/test_x.py::test_y[z]``."""
    return f"{path.resolve().relative_to(scenarios()).as_posix()}::{name}"


def scenario_case(scenario: str) -> str:
    """Return the case in a parametrized scenario's id, ``""`` for others."""
    return scenario.partition("[")[2].removesuffix("]")


def scenario_exists(scenario: str) -> bool:
    """Return whether a scenario exists, regardless of its parameters."""
    path, _, name = scenario.partition("::")
    file = scenarios() / path
    if not path.endswith(".py") or not is_scenario(file) or not file.is_file():
        return False
    return f"\ndef {name.partition('[')[0]}(" in file.read_text("utf-8")

"""Where the scenarios are, and how one of them is called."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def scenarios() -> Path:
    """Return the scenarios' folder: in the wheel, else in the checkout."""
    packaged = _PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "scenarios"


def is_scenario(path: Path) -> bool:
    """Tell whether a file or folder belongs to the scenarios."""
    return path.resolve().is_relative_to(scenarios())


def scenario_id(path: Path, name: str) -> str:
    """Return ``protocol/test_x.py::test_y[z]``, the same everywhere."""
    return f"{path.resolve().relative_to(scenarios()).as_posix()}::{name}"


def scenario_exists(scenario: str) -> bool:
    """Tell whether there is such a scenario, its parameters left aside."""
    path, _, name = scenario.partition("::")
    file = scenarios() / path
    if not path.endswith(".py") or not is_scenario(file) or not file.is_file():
        return False
    return f"\ndef {name.partition('[')[0]}(" in file.read_text("utf-8")

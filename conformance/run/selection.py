"""The scenarios that a run selects, and how many of them ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.catalogue import catalogue
from conformance.scenario_files import is_scenario, scenario_id, scenarios

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

    from conformance.catalogue import Requirement
    from conformance.options import Options
    from conformance.run.context import Context

WHOLE = "conformance_whole"  # key of a worker's output for Selection.whole


@dataclass
class Selection:
    """The scenarios that options, arguments and plugins have selected.

    Attributes:
        number: How many there are.
        whole: Whether they are all that apply to the target; false if the
            worker that collected them died.
    """

    number: int = 0
    whole: bool = False

    def missing(self, ran: Iterable[str]) -> str:
        """Return how many scenarios ran, in words; ``""`` if all did.

        Args:
            ran: Ids of the scenarios that have ended.
        """
        number = len(set(ran))
        if number >= self.number:
            return ""
        return f"{number} of {self.number} selected scenarios ran"


def collected_everything(
    config: pytest.Config, items: list[pytest.Item]
) -> bool:
    """Return whether pytest's paths and node ids include every scenario.

    Args:
        config: pytest's configuration.
        items: All that was collected, before anything was deselected.
    """
    files = {file.resolve() for file in scenarios().rglob("test_*.py")}
    found = {item.path.resolve() for item in items}
    return files <= found and not any("::" in word for word in config.args)


def requirement_ids(item: pytest.Item) -> tuple[str, ...]:
    """Return the ids of the requirements that a scenario verifies."""
    return tuple(
        i for mark in item.iter_markers("verifies") for i in mark.args
    )


def title(item: pytest.Item) -> str:
    """Return the first line of a scenario's docstring."""
    text = getattr(item.obj, "__doc__", "") if hasattr(item, "obj") else ""
    return (text or item.name).strip().splitlines()[0]


def applicable(item: pytest.Item, context: Context) -> list[Requirement]:
    """Return the requirements of an item that apply to the target."""
    if not is_scenario(item.path):
        return []
    if not is_in_cell(item, context.options):
        return []
    verified = [catalogue()[i] for i in requirement_ids(item)]
    return [r for r in verified if r.applies_to(context.instance.version)]


def is_selected(item: pytest.Item, context: Context) -> bool:
    """Return whether the options select an item, and it applies."""
    globs = context.options.requirement
    applying = applicable(item, context)
    return context.options.wants_scenario(
        scenario_id(item.path, item.name)
    ) and any(not globs or r.matches(globs) for r in applying)


def is_in_cell(item: Any, options: Options) -> bool:
    """Return whether a scenario runs in the deployment cell of a run.

    Scenarios of ``scenarios/deployment`` run behind the proxy of
    ``--proxy``. Without the option they run only if the folder is named: a
    plain run does not require any proxy to be installed.
    """
    folder = scenarios() / "deployment"
    if not item.path.resolve().is_relative_to(folder):
        return True
    if options.proxy:
        return bool(item.callspec.params["deployed"].proxy == options.proxy)
    config = item.config
    asked = (word.partition("::")[0] for word in config.args)
    paths = (config.invocation_params.dir / path for path in asked)
    return any(path.resolve().is_relative_to(folder) for path in paths)


def count(root: Path, node_ids: Iterable[str]) -> int:
    """Return how many of pytest's node ids are scenarios."""
    paths = [root / i.partition("::")[0] for i in set(node_ids)]
    return sum(is_scenario(path) for path in paths)

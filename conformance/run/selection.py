"""Which scenarios a run is about, how many of all, and how many ran."""

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

WHOLE = "conformance_whole"  # what a worker tells of its selection


@dataclass
class Selection:
    """What was selected, whoever selected it.

    Attributes:
        number: How many scenarios.
        whole: Whether they are all that bind the target. A worker that
            died did not tell.
    """

    number: int = 0
    whole: bool = False

    def missing(self, ran: Iterable[str]) -> str:
        """Say that scenarios did not run, ``""`` when all did.

        Args:
            ran: Ids of those that have ended.
        """
        number = len(set(ran))
        if number >= self.number:
            return ""
        return f"{number} of {self.number} selected scenarios ran"


def collected_everything(
    config: pytest.Config, items: list[pytest.Item]
) -> bool:
    """Tell whether no path or node id leaves a scenario out.

    Args:
        config: Pytest's.
        items: All that was collected, before anything was deselected.
    """
    there = {file.resolve() for file in scenarios().rglob("test_*.py")}
    found = {item.path.resolve() for item in items}
    return there <= found and not any("::" in word for word in config.args)


def requirement_ids(item: pytest.Item) -> tuple[str, ...]:
    """Return the ids of the requirements that a scenario verifies."""
    return tuple(
        i for mark in item.iter_markers("verifies") for i in mark.args
    )


def title(item: pytest.Item) -> str:
    """Return the first line of a scenario's docstring."""
    text = getattr(item.obj, "__doc__", "") if hasattr(item, "obj") else ""
    return (text or item.name).strip().splitlines()[0]


def binding(item: pytest.Item, context: Context) -> list[Requirement]:
    """Return what an item verifies and the target is held to."""
    if not is_scenario(item.path):
        return []
    if not is_asked_for(item, context.options):
        return []
    bound = [catalogue()[i] for i in requirement_ids(item)]
    return [r for r in bound if r.applies_to(context.instance.version)]


def is_wanted(item: pytest.Item, context: Context) -> bool:
    """Tell whether the options select an item that binds the target."""
    globs = context.options.requirement
    bound = binding(item, context)
    return context.options.wants_scenario(
        scenario_id(item.path, item.name)
    ) and any(not globs or r.matches(globs) for r in bound)


def is_asked_for(item: Any, options: Options) -> bool:
    """Tell whether a run is about the cell that a scenario is in.

    A run with a proxy is about that one. A run without is about none,
    unless it names the folder: proxies of all kinds are not what somebody
    wants to install who judges a server.
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
    """Count the scenarios among pytest's node ids."""
    paths = [root / i.partition("::")[0] for i in set(node_ids)]
    return sum(is_scenario(path) for path in paths)

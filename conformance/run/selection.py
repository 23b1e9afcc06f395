"""How much of all scenarios a run was about, and how many of them ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.scenario_files import is_scenario, scenarios

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

    from conformance.options import Options

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

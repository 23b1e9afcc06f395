"""The cells of the deployment matrix: a proxy, set up in one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.proxies import NAMES
from conformance.proxies.matrix import ROWS
from conformance.proxies.row import Expected, Row
from conformance.scenario_files import scenarios

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.options import Options

__all__ = ["Cell", "Expected", "cells", "is_asked_for"]

FOLDER = "deployment"


@dataclass(frozen=True)
class Cell:
    """One proxy, set up in one way.

    Attributes:
        proxy: The proxy's name.
        row: The set-up.
    """

    proxy: str
    row: Row

    def __str__(self) -> str:
        """Return its id, for the ids of scenarios."""
        return f"{self.proxy}-{self.row.name}"


def cells(
    wanted: Callable[[Row], bool] | Expected | str,
) -> pytest.MarkDecorator:
    """Run a scenario in some cells, as the fixture ``deployed``.

    Args:
        wanted: Which rows: one by its name, those of which the same is
            expected, or those that a function picks.
    """
    if callable(wanted):
        pick = wanted
    else:

        def pick(row: Row) -> bool:
            return wanted in {row.name, row.expected}

    found = [
        pytest.param(
            Cell(proxy, row),
            id=f"{proxy}-{row.name}",
        )
        for row in ROWS
        if pick(row)
        for proxy in NAMES
    ]
    return pytest.mark.parametrize("deployed", found, indirect=True)


def is_asked_for(item: pytest.Item, options: Options) -> bool:
    """Tell whether a run is about the cell that a scenario is in.

    A run with a proxy is about that one. A run without is about none,
    unless it names the folder: proxies of all kinds are not what somebody
    wants to install who judges a server.
    """
    folder = scenarios() / FOLDER
    if not item.path.resolve().is_relative_to(folder):
        return True
    if options.proxy:
        return bool(_cell(item).proxy == options.proxy)
    config = item.config
    asked = (word.partition("::")[0] for word in config.args)
    paths = (config.invocation_params.dir / path for path in asked)
    return any(path.resolve().is_relative_to(folder) for path in paths)


def _cell(item: Any) -> Any:
    return item.callspec.params["deployed"]

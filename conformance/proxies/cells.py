"""The cells of the deployment matrix: a proxy, set up in one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conformance.proxies import NAMES
from conformance.proxies.matrix import ROWS
from conformance.proxies.row import Expected, MatrixRow

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cell", "Expected", "cells"]


@dataclass(frozen=True)
class Cell:
    """One proxy, set up in one way.

    Attributes:
        proxy: The proxy's name.
        row: The set-up.
    """

    proxy: str
    row: MatrixRow

    def __str__(self) -> str:
        """Return its id, for the ids of scenarios."""
        return f"{self.proxy}-{self.row.name}"


def cells(
    wanted: Callable[[MatrixRow], bool] | Expected | str,
) -> pytest.MarkDecorator:
    """Run a scenario in some cells, as the fixture ``deployed``.

    Args:
        wanted: Which rows: one by its name, those of which the same is
            expected, or those that a function picks.
    """
    if callable(wanted):
        pick = wanted
    else:

        def pick(row: MatrixRow) -> bool:
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

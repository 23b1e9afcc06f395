"""Cells of the deployment matrix: each is a proxy with a set-up."""

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
    """One proxy with one set-up.

    Attributes:
        proxy: The proxy's name.
        row: The set-up and its expected outcome.
    """

    proxy: str
    row: MatrixRow

    def __str__(self) -> str:
        """Return its id, for the ids of scenarios."""
        return f"{self.proxy}-{self.row.name}"


def cells(
    rows: Callable[[MatrixRow], bool] | Expected | str,
) -> pytest.MarkDecorator:
    """Return a marker that parametrizes the fixture ``deployed`` with cells.

    Args:
        rows: One row by its name, all rows with an expected outcome, or
            those for which a function returns true.
    """
    if callable(rows):
        selects = rows
    else:

        def selects(row: MatrixRow) -> bool:
            return rows in {row.name, row.expected}

    parameters = [
        pytest.param(
            Cell(proxy, row),
            id=f"{proxy}-{row.name}",
        )
        for row in ROWS
        if selects(row)
        for proxy in NAMES
    ]
    return pytest.mark.parametrize("deployed", parameters, indirect=True)

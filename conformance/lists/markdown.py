"""Markdown for the generated pages: tables, code and escaped text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def code(text: str) -> str:
    """Return a text, which has no backquote, as code."""
    return f"`{text}`"


def prose(text: str) -> str:
    """Return a text escaped, so that ``<id>`` is shown unchanged."""
    return escape(text, quote=False)


def table(
    heading: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[str]:
    """Yield the lines of a table.

    Args:
        heading: A title for each column.
        rows: The cells, Markdown on one line each; a ``|`` is escaped.
    """
    yield _line(heading)
    yield _line(["---"] * len(heading))
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[str]) -> str:
    shown = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(shown)} |"

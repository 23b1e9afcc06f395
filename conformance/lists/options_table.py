"""The README's table of a run's options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from conformance.lists.markdown import code, table
from conformance.options import OPTIONS, PREFIX

if TYPE_CHECKING:
    from conformance.options import Option

HEADING = ("option", "meaning", "variable")
_TABLE = re.compile(rf"{re.escape(next(table(HEADING, ())))}\n(?:\|.*\n)+")


def options_table() -> str:
    """Return the table, generated from the options."""
    rows = [(code(_written(o)), _meaning(o), _variable(o)) for o in OPTIONS]
    return "".join(f"{line}\n" for line in table(HEADING, rows))


def renewed(readme: str) -> str:
    """Return the README's text with the table replaced."""
    return _TABLE.sub(lambda _: options_table(), readme)


def _written(one: Option) -> str:
    values = one.metavar
    if isinstance(one.type, click.Choice):
        values = "|".join(one.type.choices)
    return f"{one.name} {values}".strip()


def _meaning(one: Option) -> str:
    default = f" (default: {one.shown_default})" if one.shown_default else ""
    page = "below" if one.page.startswith("#") else one.page
    more = f", see [{page}]({one.page})" if page else ""
    return f"{one.help}{default}{more}"


def _variable(one: Option) -> str:
    return code(one.variable.replace(PREFIX, "…_")) if one.has_variable else ""

"""Causes: groups of requirements that one and the same mend meets."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

FILE = Path(__file__).parents[1] / "requirements" / "causes.toml"


class SharedCause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What several requirements are violated by at once.

    Attributes:
        title: What is wrong, in one sentence.
        requirements: Globs of their ids.
    """

    title: Annotated[str, msgspec.Meta(min_length=1)]
    requirements: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


@cache
def causes() -> dict[str, SharedCause]:
    """Return the causes by name; the file is read once."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    return msgspec.convert(tables, dict[str, SharedCause])


@cache
def cause_of(requirement: str) -> str:
    """Return the name of a requirement's cause, ``""`` for its own.

    Args:
        requirement: An id.
    """
    return next(
        (
            name
            for name, cause in causes().items()
            if any(fnmatchcase(requirement, g) for g in cause.requirements)
        ),
        "",
    )

"""Parts: whose a violation was, where its origin was verified."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

FILE = Path(__file__).parents[1] / "requirements" / "parts.toml"
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of an instance that violations come from.

    Attributes:
        verified: The releases in whose code the origin was seen.
        advice: What a maintainer does about it: mend, upgrade, configure or
            report upstream.
        requirements: Ids of the requirements.
    """

    verified: Text
    advice: Text
    requirements: tuple[str, ...]


@cache
def parts() -> dict[str, Origin]:
    """Return the parts by name; the file is read once."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    return msgspec.convert(tables, dict[str, Origin])


def origin_of(requirement: str) -> str:
    """Return whose a requirement's violation was, and what to do about it.

    Args:
        requirement: An id.

    Returns:
        A sentence for people, ``""`` where nothing else than FitTrackee's
        own code is known.
    """
    return next(
        (
            f"Verified with {part.verified} to be a matter of {name}. "
            f"{part.advice}"
            for name, part in parts().items()
            if requirement in part.requirements
        ),
        "",
    )

"""The levels of requirements."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """The level of a requirement (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"

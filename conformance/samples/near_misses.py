"""Near misses: values that differ slightly from an issued secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _replaced(secret: str) -> str:
    # In the middle: base64 decoders may ignore bits of the last character.
    middle = len(secret) // 2
    other = "A" if secret[middle] != "A" else "B"
    return f"{secret[:middle]}{other}{secret[middle + 1 :]}"


def _other_case(secret: str) -> str:
    swapped = secret.swapcase()
    return swapped if swapped != secret else _replaced(secret)


VARIATIONS: dict[str, Callable[[str], str]] = {
    "one character replaced": _replaced,
    "the last character missing": lambda secret: secret[:-1],
    "one character more": lambda secret: f"{secret}A",
    "upper and lower case swapped": _other_case,
    "a pattern that matches": lambda secret: f"{secret[:-1]}%",
}
"""Variations of a secret by description; every result differs from it."""


def variations(secret: str) -> Iterator[str]:
    """Yield every variation of a secret."""
    for vary in VARIATIONS.values():
        yield vary(secret)

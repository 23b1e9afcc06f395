"""How many bits a kind of secret can hold, judged from a few of them.

The bound is an upper one, so that no good generator is blamed: positions
that are equal in every sample hold nothing, and each other position holds
at most as much as the smallest usual alphabet around what was seen.
"""

from __future__ import annotations

import math
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLES = 8
"""How many are enough: that a position with 16 equally likely characters
stands still in all of them happens once in 2^28 times."""

ALPHABETS = tuple(
    frozenset(characters)
    for characters in (
        string.digits,
        f"{string.digits}abcdef",
        f"{string.digits}ABCDEF",
        f"{string.digits}{string.ascii_lowercase}",
        f"{string.digits}{string.ascii_uppercase}",
        f"{string.digits}{string.ascii_letters}",
        f"{string.digits}{string.ascii_letters}-_.~+/=",
        "".join(map(chr, range(0x20, 0x7F))),
    )
)


def guessing_bits(samples: Sequence[str]) -> float:
    """Return the most bits that secrets of this kind can hold.

    Args:
        samples: At least two secrets that were issued independently.

    Returns:
        ``-log2`` of the smallest probability of guessing one at once that
        their length, their constant parts and their alphabet allow; 0 when
        two are equal.

    Raises:
        ValueError: There are fewer than two.
    """
    if len(samples) < 2:
        raise ValueError("one secret shows nothing")
    if len(set(samples)) < len(samples):
        return 0.0
    columns = [set(column) for column in zip(*samples, strict=False)]
    moving = [column for column in columns if len(column) > 1]
    return len(moving) * math.log2(_alphabet(set().union(*moving)))


def _alphabet(seen: set[str]) -> int:
    for alphabet in ALPHABETS:
        if seen <= alphabet:
            return len(alphabet)
    return max(len(seen), len(ALPHABETS[-1]))

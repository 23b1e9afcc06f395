"""An upper bound of the entropy of secrets, from a few samples.

Being an upper bound, it fails no strong generator: positions that are equal
in every sample count as constant, and every other position counts with the
smallest usual alphabet that contains the characters seen.
"""

from __future__ import annotations

import math
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLES = 8
"""The number of samples: a position with 16 equally likely characters is the
same in all of them with a probability of 2^-28."""

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
    """Return an upper bound of the secrets' entropy in bits.

    Args:
        samples: At least two secrets that were issued independently.

    Returns:
        The bits that their length, without constant positions, and their
        alphabet allow; 0 when two samples are equal.

    Raises:
        ValueError: There are fewer than two samples.
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

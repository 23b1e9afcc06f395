"""Strategies for texts that no well-behaved client sends.

A text may contain a lone surrogate, or a byte that is not valid UTF-8, as
Python's ``surrogateescape`` represents it. See
:mod:`conformance.adversary.malformed.encoding` for how it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Repeated:
    """A long text whose ``repr``, which findings show, is short.

    Attributes:
        unit: The text that is repeated.
        times: Number of repetitions.
    """

    unit: str
    times: int

    def __str__(self) -> str:
        """Return the whole text."""
        return self.unit * self.times


Text = str | Repeated
"""A text of an example; ``str()`` returns what is sent."""

CONTROLS = ["\0", "\n", "\r\n", "\t", "\x01", "\x1b[0m", "\x7f", "\x85"]
SPACES = [" ", "\xa0", "\u2028", "\ufeff", "\u200b", "\u202e"]
BROKEN = [
    "\ud800",  # half of a surrogate pair
    "\ude00\ud83d",  # both halves in reverse order
    "\ud800\udcff",  # half of a pair, and not valid UTF-8
    "\udcff",  # not valid UTF-8
    "\udcc3",  # truncated
    "\udcc0\udc80",  # NUL, overlong
    "\udcc0\udcaf",  # a slash, overlong
    "\udcf4\udc90\udc80\udc80",  # beyond U+10FFFF
    "\udced\udcb3\udcbf",  # the three bytes of U+DCFF
]
LETTERS = ["é", "e\u0301", "ß", "İ", "ﬀ", "\U0001f6b4", "中", "\ufffd"]
NUMBERS = [
    "0",
    "-1",
    "1.5",
    "1e999",
    "0x10",
    "٣",
    "²",
    "2147483648",
    "-9223372036854775809",
    "18446744073709551616",
    "9" * 400,
]
SYNTAX = [
    "%",
    "%00",
    "%2500",
    "%s%n%d",
    "{0.__class__}",
    "${1}{{1}}",
    "'",
    '"',
    "\\",
    "';--",
    "&",
    "+",
    ";",
    "#",
    "[]",
    "{}",
    "null",
    "true",
]
LENGTHS = [256, 5_000, 70_000]
LONGEST = 1_000_000  # with the rest of the request just below 1 MiB


def weighted(
    *choices: tuple[int, st.SearchStrategy[Any]],
) -> st.SearchStrategy[Any]:
    """Return a strategy that draws from others with given weights.

    Args:
        *choices: Weights and strategies.
    """
    parts = [n for n, (weight, _) in enumerate(choices) for _ in range(weight)]
    return st.sampled_from(parts).flatmap(lambda n: choices[n][1])


short_texts: st.SearchStrategy[str] = weighted(
    (
        2,
        st.sampled_from(
            [*CONTROLS, *SPACES, *BROKEN, *LETTERS, *NUMBERS, *SYNTAX]
        ),
    ),
    (1, st.text(st.characters(), min_size=1, max_size=8)),
)
"""Short texts, from lists or drawn character by character."""

long_texts = st.builds(
    Repeated,
    st.sampled_from(["a", "\U0001f6b4", "%", "a ", "../"]),
    st.sampled_from(LENGTHS),
) | st.just(Repeated("a", LONGEST))

texts: st.SearchStrategy[Text] = weighted((15, short_texts), (1, long_texts))
"""Mostly short texts, sometimes one of up to 1 MiB."""

ALIKE = {
    "K": "\u212a",  # the Kelvin sign
    "s": "\u017f",
    "i": "\u0131",
    "a": "\u0430",
    "e": "\u0435",
    "o": "\u043e",
    "0": "\uff10",
    "1": "\u0661",
    ":": "\uff1a",
    "/": "\uff0f",
    ".": "\u2024",
    "_": "\uff3f",
}


def look_alike(text: str) -> str:
    """Return a text with one character replaced by a look-alike.

    If no character has a look-alike, all become full-width characters.
    """
    for n, character in enumerate(text):
        if character in ALIKE:
            return f"{text[:n]}{ALIKE[character]}{text[n + 1 :]}"
    return "".join(
        chr(ord(c) - 0x20 + 0xFF00) if "!" <= c <= "~" else c for c in text
    )

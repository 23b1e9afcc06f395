"""Changes of one value, such as one that a server issued.

A change is drawn without knowing the value, so that the same seed always
draws the same changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.adversary.malformed.texts import Text, look_alike, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.adversary.malformed.texts import Repeated

    Applied = Callable[[str, str], str]
    # Name and value, and whether the original value is whole or absent.
    Changed = tuple[str, str, bool]


def _inside(value: str, text: str) -> str:
    middle = len(value) // 2
    return f"{value[:middle]}{text}{value[middle:]}"


def _other_case(value: str, _text: str) -> str:
    return value.swapcase()


HOW: dict[str, Applied] = {
    "after": lambda value, text: f"{value}{text}",
    "before": lambda value, text: f"{text}{value}",
    "inside": _inside,
    "instead": lambda _value, text: text,
    "cut": lambda value, _text: value[:-1],
    "twice": lambda value, _text: f"{value}{value}",
    "other case": _other_case,
    "look-alike": lambda value, _text: look_alike(value),
}
"""Ways to change a value, by name."""

WITH_TEXT = ["after", "before", "inside", "instead"]
ALONE = ["cut", "twice", "other case", "look-alike"]
WHOLE = {"after", "before", "instead", "twice"}  # value whole, or absent


@dataclass(frozen=True)
class Edit:
    """A change of one value.

    Attributes:
        how: A key of :data:`HOW`.
        text: The text to insert, ``""`` for a change that inserts none.
    """

    how: str
    text: str | Repeated = ""

    def __call__(self, value: str) -> str:
        """Return the changed value."""
        return HOW[self.how](value, str(self.text))


def edits(
    drawn: st.SearchStrategy[Text] = texts, alone: Sequence[str] = ALONE
) -> st.SearchStrategy[Edit]:
    """Return the strategy for changes of a value.

    Args:
        drawn: The strategy for inserted texts.
        alone: The possible changes that insert no text.
    """
    with_text = st.builds(Edit, st.sampled_from(WITH_TEXT), drawn)
    if not alone:
        return with_text
    return with_text | st.builds(Edit, st.sampled_from(alone))

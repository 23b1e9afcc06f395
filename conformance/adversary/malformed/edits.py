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
    from collections.abc import Callable

    # Returns the changed value, given the original value and a text.
    ChangeValue = Callable[[str, str], str]
    # Name, value as it is sent, and whether the change is one of
    # INTACT_OR_ABSENT: True if the original value is sent intact or not at
    # all.
    ChangedValue = tuple[str, str, bool]


def _inside(value: str, text: str) -> str:
    middle = len(value) // 2
    return f"{value[:middle]}{text}{value[middle:]}"


def _other_case(value: str, _text: str) -> str:
    return value.swapcase()


HOW: dict[str, ChangeValue] = {
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
"""Ways that insert a text."""

WITHOUT_TEXT = ["cut", "twice", "other case", "look-alike"]
"""Ways that insert no text."""

INTACT_OR_ABSENT = {"after", "before", "instead", "twice"}
"""Ways after which the original value is sent intact or not at all.

After the others a part or a variant of it is sent, which the evidence must
redact as well if the value is a secret.
"""


@dataclass(frozen=True)
class Edit:
    """A change of one value.

    Attributes:
        how: A key of :data:`HOW`.
        text: The text to insert, ``""`` for a change that inserts none.
            A long text is a ``Repeated``.
    """

    how: str
    text: Text = ""

    def __call__(self, value: str) -> str:
        """Return the changed value."""
        return HOW[self.how](value, str(self.text))


def edits(
    inserted: st.SearchStrategy[Text] = texts,
) -> st.SearchStrategy[Edit]:
    """Return the strategy for changes of a value.

    Args:
        inserted: The strategy for inserted texts.
    """
    with_text = st.builds(Edit, st.sampled_from(WITH_TEXT), inserted)
    return with_text | st.builds(Edit, st.sampled_from(WITHOUT_TEXT))

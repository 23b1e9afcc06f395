"""Malformed forms: mutations of parameters and of the body's encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.adversary.malformed.content_types import (
    OTHER_WRAPPINGS,
    WRAPPINGS,
    joined,
)
from conformance.adversary.malformed.edits import (
    HOW,
    INTACT_OR_ABSENT,
    WITH_TEXT,
    WITHOUT_TEXT,
)
from conformance.adversary.malformed.encoding import (
    fits,
    plain,
    quoted,
    to_bytes,
)
from conformance.adversary.malformed.texts import (
    Text,
    short_texts,
    texts,
    weighted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.adversary.malformed.content_types import Pairs, Wrapped
    from conformance.adversary.malformed.edits import ChangedValue


PLACES = ["dropped", "empty", "repeated", "overridden", "moved", "also there"]
"""Changes of where, and how often, a parameter is sent.

``dropped`` removes the parameter, ``empty`` removes its value. ``repeated``
appends a second one, whose value is the inserted text, to the body, and
``overridden`` puts it first. ``moved`` sends the parameter in the query
instead of the body; ``also there`` adds a second one in the query.
"""

NAMES = ["renamed"]
"""Changes of a name: ``renamed`` appends the inserted text to it."""

# Texts that are sent without percent-encoding. Python writes a byte that is
# not valid UTF-8 as a surrogate: "\udcff" is the byte 0xFF.
UNESCAPED = ["%", "%z", "%u0041", "%C0%80", "\udcff", "\0", "=", "\t"]


@dataclass(frozen=True)
class Change:
    """A change of one parameter of a form.

    Attributes:
        name: The parameter.
        how: The kind of change, of
            :data:`~conformance.adversary.malformed.edits.HOW`, :data:`PLACES`
            or :data:`NAMES`; ``unescaped`` appends a text without
            percent-encoding it, ``added`` adds a parameter.
        text: The text to insert, ``""`` for a change that inserts none.
    """

    name: str
    how: str
    text: Text = ""


@dataclass(frozen=True)
class MalformedForm:
    """A mutation of a valid form.

    Attributes:
        changes: Changes of its parameters.
        wrapping: How its body is encoded and what its Content-Type says, a
            key of :data:`WRAPPINGS`.
    """

    changes: tuple[Change, ...] = ()
    wrapping: str = "form"

    def apply(self, valid: Mapping[str, str]) -> tuple[bytes, Wrapped]:
        """Apply it to valid parameters.

        Returns:
            The query, and the body with its headers.
        """
        body, query = self._pairs(valid)
        return joined(query), WRAPPINGS[self.wrapping](body)

    def query(self, valid: Mapping[str, str]) -> bytes:
        """Apply it to the valid parameters of a request without a body.

        Returns:
            All parameters, as a query.
        """
        body, query = self._pairs(valid)
        return joined([*body, *query])

    def values(self, valid: Mapping[str, str]) -> Iterator[ChangedValue]:
        """Yield each changed parameter.

        Yields:
            Its name, a value that is sent, and whether the original value is
            sent intact or not at all.
        """
        for name, value in (
            pair for part in self._pairs(valid) for pair in part
        ):
            known = plain(name)
            ways = {c.how for c in self.changes if c.name == known}
            if ways:
                yield known, plain(value), ways <= INTACT_OR_ABSENT

    def _pairs(self, valid: Mapping[str, str]) -> tuple[Pairs, Pairs]:
        body = [(quoted(n), quoted(value)) for n, value in valid.items()]
        query: Pairs = []
        for change in self.changes:
            _apply(change, body, query)
        return body, query


def _apply(change: Change, body: Pairs, query: Pairs) -> None:
    name, text = quoted(change.name), str(change.text)
    there = [n for n, pair in enumerate(body) if pair[0] == name]
    if not there or change.how == "added":
        body.append((name, quoted(text)))
        return
    index = there[0]
    value = body[index][1]
    if change.how == "dropped":
        del body[index]
    elif change.how == "repeated":
        body.append((name, quoted(text)))
    elif change.how == "overridden":
        body.insert(0, (name, quoted(text)))
    elif change.how == "moved":
        query.append(body.pop(index))
    elif change.how == "also there":
        query.append((name, quoted(text)))
    else:
        body[index] = _edited(change, name, value)


def _edited(change: Change, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Return the name and value of a parameter that is changed in place."""
    text = str(change.text)
    if change.how == "empty":
        return name, b""
    if change.how == "renamed":
        return name + quoted(text), value
    if change.how == "unescaped":
        return name, value + to_bytes(text)
    return name, _requoted(value, lambda old: HOW[change.how](old, text))


def _requoted(value: bytes, edit: Callable[[str], str]) -> bytes:
    return quoted(edit(plain(value)))


# -- strategies ---------------------------------------------------------


def changes(
    names: Sequence[str], inserted: st.SearchStrategy[Text] = texts
) -> st.SearchStrategy[Change]:
    """Return the strategy for changes: mostly edits of a value.

    Args:
        names: Parameters; a name that is listed twice is changed more often.
        inserted: The strategy for inserted texts.
    """
    name = st.sampled_from(names)
    unescaped = st.sampled_from(UNESCAPED)
    return weighted(
        (6, st.builds(Change, name, st.sampled_from(WITH_TEXT), inserted)),
        (2, st.builds(Change, name, st.sampled_from(WITHOUT_TEXT))),
        (1, st.builds(Change, name, st.just("unescaped"), unescaped)),
        (1, st.builds(Change, name, st.sampled_from(PLACES), short_texts)),
        (1, st.builds(Change, name, st.sampled_from(NAMES), short_texts)),
        (1, st.builds(Change, short_texts, st.just("added"), inserted)),
    )


def forms(
    names: Sequence[str],
    inserted: st.SearchStrategy[Text] = texts,
    wrappings: Sequence[str] = OTHER_WRAPPINGS,
) -> st.SearchStrategy[MalformedForm]:
    """Return the strategy for mutations of a form.

    Args:
        names: Parameters; a name that is listed twice is changed more often.
        inserted: The strategy for inserted texts.
        wrappings: The possible encodings besides the valid one, keys of
            :data:`WRAPPINGS`.
    """
    change = changes(names, inserted)
    one = st.tuples(change)
    several = st.lists(change, min_size=1, max_size=3).map(tuple)
    form = st.builds(MalformedForm, weighted((2, one), (1, several))).filter(
        _is_short_in_query
    )
    if not wrappings:
        return form
    wrapped = st.builds(
        MalformedForm, st.just(()) | one, st.sampled_from(wrappings)
    )
    return weighted((7, form), (1, wrapped))


def _is_short_in_query(form: MalformedForm) -> bool:
    """Return whether a URL can contain the parameters that are in the query.

    The original values are not known yet; as they are short, empty ones
    stand for them.
    """
    moves = {c.name: "" for c in form.changes if c.how == "moved"}
    return not moves or fits(form.apply(moves)[0])


def queries(
    names: Sequence[str], inserted: st.SearchStrategy[Text] = texts
) -> st.SearchStrategy[MalformedForm]:
    """Return the strategy for mutations of the parameters of a query.

    Args:
        names: Parameters; a name that is listed twice is changed more often.
        inserted: The strategy for inserted texts.
    """
    some = st.lists(changes(names, inserted), min_size=1, max_size=2)
    valid = dict.fromkeys(names, "")
    return st.builds(MalformedForm, some.map(tuple)).filter(
        lambda form: fits(form.query(valid))
    )


def forms_with_one_edit(
    names: Sequence[str], inserted: st.SearchStrategy[Text] = short_texts
) -> st.SearchStrategy[MalformedForm]:
    """Return the strategy for forms in which one value is edited.

    The edited value always differs from the valid one.

    Args:
        names: Parameters, one of which is edited; a name that is listed
            twice is edited more often.
        inserted: The strategy for inserted texts.
    """
    name = st.sampled_from(names)
    change = st.builds(
        Change, name, st.sampled_from(WITH_TEXT), inserted
    ) | st.builds(Change, name, st.sampled_from(WITHOUT_TEXT))
    return st.builds(MalformedForm, st.tuples(change))

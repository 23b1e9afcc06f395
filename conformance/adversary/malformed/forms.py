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
from conformance.adversary.malformed.edits import ALONE, HOW, WHOLE, WITH_TEXT
from conformance.adversary.malformed.encoding import (
    fits,
    plain,
    quoted,
    to_bytes,
)
from conformance.adversary.malformed.texts import Text, short, texts, weighted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.adversary.malformed.content_types import Pairs, Wrapped
    from conformance.adversary.malformed.edits import Changed
    from conformance.adversary.malformed.texts import Repeated


PLACES = ["dropped", "empty", "repeated", "overridden", "moved", "also there"]
NAMES = ["renamed"]
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
    text: str | Repeated = ""


@dataclass(frozen=True)
class MalformedForm:
    """A mutation of a valid form.

    Attributes:
        changes: Changes of its parameters.
        wrapping: The encoding of its body, a key of :data:`WRAPPINGS`.
    """

    changes: tuple[Change, ...] = ()
    wrapping: str = "form"

    def sent(self, valid: Mapping[str, str]) -> tuple[bytes, Wrapped]:
        """Return the query, and the body with its headers."""
        body, query = self._pairs(valid)
        return joined(query), WRAPPINGS[self.wrapping](body)

    def query(self, valid: Mapping[str, str]) -> bytes:
        """Return all parameters as a query, for a request without a body."""
        body, query = self._pairs(valid)
        return joined([*body, *query])

    def values(self, valid: Mapping[str, str]) -> Iterator[Changed]:
        """Yield the changed parameters with the values that are sent."""
        for name, value in (
            pair for part in self._pairs(valid) for pair in part
        ):
            known = plain(name)
            hows = {c.how for c in self.changes if c.name == known}
            if hows:
                yield known, plain(value), hows <= WHOLE

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
    return name, _requoted(value, lambda whole: HOW[change.how](whole, text))


def _requoted(value: bytes, edit: Callable[[str], str]) -> bytes:
    return quoted(edit(plain(value)))


# -- strategies ---------------------------------------------------------


def changes(
    names: Sequence[str], drawn: st.SearchStrategy[Text] = texts
) -> st.SearchStrategy[Change]:
    """Return the strategy for changes: mostly edits of a value.

    Args:
        names: Parameters; a name that is listed twice is changed more often.
        drawn: The strategy for inserted texts.
    """
    name = st.sampled_from(names)
    unescaped = st.sampled_from(UNESCAPED)
    return weighted(
        (6, st.builds(Change, name, st.sampled_from(WITH_TEXT), drawn)),
        (2, st.builds(Change, name, st.sampled_from(ALONE))),
        (1, st.builds(Change, name, st.just("unescaped"), unescaped)),
        (1, st.builds(Change, name, st.sampled_from(PLACES), short)),
        (1, st.builds(Change, name, st.sampled_from(NAMES), short)),
        (1, st.builds(Change, short, st.just("added"), drawn)),
    )


def forms(
    names: Sequence[str],
    drawn: st.SearchStrategy[Text] = texts,
    wrappings: Sequence[str] = OTHER_WRAPPINGS,
) -> st.SearchStrategy[MalformedForm]:
    """Return the strategy for mutations of a form.

    Args:
        names: Parameters; a name that is listed twice is changed more often.
        drawn: The strategy for inserted texts.
        wrappings: The possible encodings besides the valid one.
    """
    change = changes(names, drawn)
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
    """Return whether the parameters in the query are short enough."""
    moves = {c.name: "" for c in form.changes if c.how == "moved"}
    return not moves or fits(form.sent(moves)[0])


def queries(
    names: Sequence[str], drawn: st.SearchStrategy[Text] = texts
) -> st.SearchStrategy[MalformedForm]:
    """Return the strategy for mutations of the parameters of a query.

    Args:
        names: Parameters; a name that is listed twice is changed more often.
        drawn: The strategy for inserted texts.
    """
    some = st.lists(changes(names, drawn), min_size=1, max_size=2)
    valid = dict.fromkeys(names, "")
    return st.builds(MalformedForm, some.map(tuple)).filter(
        lambda form: fits(form.query(valid))
    )


def edited(
    names: Sequence[str], drawn: st.SearchStrategy[Text] = short
) -> st.SearchStrategy[MalformedForm]:
    """Return the strategy for forms with one certainly different value."""
    name = st.sampled_from(names)
    change = st.builds(
        Change, name, st.sampled_from(WITH_TEXT), drawn
    ) | st.builds(Change, name, st.sampled_from(ALONE))
    return st.builds(MalformedForm, st.tuples(change))

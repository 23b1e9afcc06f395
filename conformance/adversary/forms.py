"""Malformed forms: changes of a good one's parameters and of its wrapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote_plus

from hypothesis import strategies as st

from conformance.adversary.edits import ALONE, HOW, WHOLE, WITH_TEXT
from conformance.adversary.texts import Text, short, texts, to_bytes, weighted
from conformance.adversary.wrappings import ODD_WRAPPINGS, WRAPPINGS, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.adversary.edits import Changed
    from conformance.adversary.texts import Repeated
    from conformance.adversary.wrappings import Pairs, Wrapped


PLACES = ["dropped", "empty", "repeated", "overridden", "moved", "also there"]
NAMES = ["renamed"]
AS_IT_STANDS = ["%", "%z", "%u0041", "%C0%80", "\udcff", "\0", "=", "\t"]


@dataclass(frozen=True)
class Change:
    """One change to one parameter of a form.

    Attributes:
        name: The parameter.
        how: What is done: see :data:`~conformance.adversary.edits.HOW`,
            :data:`PLACES`, :data:`NAMES`; ``as it stands`` puts a text
            after the value that is not escaped.
        text: What it puts in, where it puts something in.
    """

    name: str
    how: str
    text: str | Repeated = ""


@dataclass(frozen=True)
class MalformedForm:
    """What is done to a good form.

    Attributes:
        changes: To its parameters.
        wrapping: A key of :data:`WRAPPINGS`.
    """

    changes: tuple[Change, ...] = ()
    wrapping: str = "form"

    def sent(self, good: Mapping[str, str]) -> tuple[str, Wrapped]:
        """Return the query, and the body with its headers."""
        body, query = self._pairs(good)
        return joined(query).decode("ascii"), WRAPPINGS[self.wrapping](body)

    def values(self, good: Mapping[str, str]) -> Iterator[Changed]:
        """Yield what parameters are sent with, and what became of them."""
        for name, value in (
            pair for part in self._pairs(good) for pair in part
        ):
            plain = _plain(name)
            hows = {c.how for c in self.changes if c.name == plain}
            yield plain, _plain(value), hows <= WHOLE

    def _pairs(self, good: Mapping[str, str]) -> tuple[Pairs, Pairs]:
        body = [(_quoted(n), _quoted(value)) for n, value in good.items()]
        query: Pairs = []
        for change in self.changes:
            _apply(change, body, query)
        return body, query


def _quoted(text: str) -> bytes:
    return quote_plus(to_bytes(text)).encode("ascii")


def _apply(change: Change, body: Pairs, query: Pairs) -> None:
    name, text = _quoted(change.name), str(change.text)
    there = [n for n, pair in enumerate(body) if pair[0] == name]
    if not there or change.how == "added":
        body.append((name, _quoted(text)))
        return
    index = there[0]
    value = body[index][1]
    if change.how == "dropped":
        del body[index]
    elif change.how == "repeated":
        body.append((name, _quoted(text)))
    elif change.how == "overridden":
        body.insert(0, (name, _quoted(text)))
    elif change.how == "moved":
        query.append(body.pop(index))
    elif change.how == "also there":
        query.append((name, _quoted(text)))
    else:
        body[index] = _edited(change, name, value)


def _edited(change: Change, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Return the changed pair of a parameter that stays in its place."""
    text = str(change.text)
    if change.how == "empty":
        return name, b""
    if change.how == "renamed":
        return name + _quoted(text), value
    if change.how == "as it stands":
        return name, value + to_bytes(text)
    return name, _requoted(value, lambda plain: HOW[change.how](plain, text))


def _requoted(value: bytes, edit: Callable[[str], str]) -> bytes:
    return _quoted(edit(_plain(value)))


def _plain(quoted: bytes) -> str:
    text = quoted.decode("utf-8", "surrogateescape")
    return unquote_plus(text, errors="surrogateescape")


# -- strategies ---------------------------------------------------------


def changes(
    names: Sequence[str], drawn: st.SearchStrategy[Text] = texts
) -> st.SearchStrategy[Change]:
    """Draw a change: mostly an edit of a value that stays in its place.

    Args:
        names: Parameters; one that is named twice is changed more often.
        drawn: The texts to put in.
    """
    name = st.sampled_from(names)
    as_it_stands = st.sampled_from(AS_IT_STANDS)
    return weighted(
        (6, st.builds(Change, name, st.sampled_from(WITH_TEXT), drawn)),
        (2, st.builds(Change, name, st.sampled_from(ALONE))),
        (1, st.builds(Change, name, st.just("as it stands"), as_it_stands)),
        (2, st.builds(Change, name, st.sampled_from(PLACES), short)),
        (1, st.builds(Change, name, st.sampled_from(NAMES), short)),
        (1, st.builds(Change, short, st.just("added"), drawn)),
    )


def forms(
    names: Sequence[str],
    drawn: st.SearchStrategy[Text] = texts,
    wrappings: Sequence[str] = ODD_WRAPPINGS,
) -> st.SearchStrategy[MalformedForm]:
    """Draw what is done to a form of some parameters.

    Args:
        names: Parameters; one that is named twice is changed more often.
        drawn: The texts to put in.
        wrappings: Which wrappings there may be besides the right one.
    """
    change = changes(names, drawn)
    one = st.tuples(change)
    several = st.lists(change, min_size=1, max_size=3).map(tuple)
    form = st.builds(MalformedForm, weighted((2, one), (1, several)))
    if not wrappings:
        return form
    wrapped = st.builds(
        MalformedForm, st.just(()) | one, st.sampled_from(wrappings)
    )
    return weighted((7, form), (1, wrapped))


def edited(
    names: Sequence[str], drawn: st.SearchStrategy[Text] = short
) -> st.SearchStrategy[MalformedForm]:
    """Draw a form of which one value is certainly another one."""
    name = st.sampled_from(names)
    change = st.builds(
        Change, name, st.sampled_from(WITH_TEXT), drawn
    ) | st.builds(Change, name, st.sampled_from(ALONE))
    return st.builds(MalformedForm, st.tuples(change))

"""Malformed JSON: mutations of members and of the body's encoding."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.adversary.malformed.edits import INTACT_OR_ABSENT, Edit, edits
from conformance.adversary.malformed.encoding import (
    Nested,
    json_object,
    to_bytes,
)
from conformance.adversary.malformed.texts import (
    Text,
    short_texts,
    texts,
    weighted,
)
from conformance.instance.form import FORM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.adversary.malformed.edits import ChangedValue

    Wrapped = tuple[bytes, dict[str, str]]

JSON = "application/json"
NESTED = [50, 5_000]
NOT_ESCAPED = "not escaped"  # non-ASCII characters are not escaped
MOVES = ["dropped", "listed", "in an object", "twice", "in capitals"]


@dataclass(frozen=True)
class Member:
    """A change of one member.

    Attributes:
        name: The member.
        change: An edit of its text (of the first one, for a list), another
            value, or one of :data:`MOVES`.
        kind: ``edit``, ``value`` or ``move``.
    """

    name: str
    change: Any
    kind: str


@dataclass(frozen=True)
class MalformedJson:
    """A mutation of a valid JSON object.

    Attributes:
        members: Changes of its members.
        wrapping: The encoding of the body, a key of :data:`WRAPPINGS`.
    """

    members: tuple[Member, ...] = ()
    wrapping: str = "JSON"

    def apply(self, valid: Mapping[str, Any]) -> Wrapped:
        """Apply it to a valid object; return the body with its headers."""
        escaped = self.wrapping != NOT_ESCAPED
        text = json_object(self._pairs(valid), escaped=escaped)
        return WRAPPINGS[self.wrapping](text)

    def values(self, valid: Mapping[str, Any]) -> Iterator[ChangedValue]:
        """Yield each changed member.

        Yields:
            Its name, the text that is sent, and whether the original text is
            sent intact or not at all.
        """
        for name, value in self._pairs(valid):
            edited = [m for m in self.members if m.name == name]
            intact_or_absent = all(
                m.kind != "edit" or m.change.how in INTACT_OR_ABSENT
                for m in edited
            )
            if edited and isinstance(value, str):
                yield name, value, intact_or_absent

    def _pairs(self, valid: Mapping[str, Any]) -> list[tuple[str, Any]]:
        pairs = list(valid.items())
        for member in self.members:
            pairs = _changed(pairs, member)
        return pairs


def _changed(
    pairs: list[tuple[str, Any]], member: Member
) -> list[tuple[str, Any]]:
    there = [n for n, (name, _) in enumerate(pairs) if name == member.name]
    if not there:
        value = member.change if member.kind == "value" else ""
        return [*pairs, (member.name, value)]
    index = there[0]
    new = _new_pairs(member, pairs[index][1])
    return [*pairs[:index], *new, *pairs[index + 1 :]]


def _new_pairs(member: Member, value: Any) -> list[tuple[str, Any]]:
    name, change = member.name, member.change
    if member.kind == "value":
        return [(name, change)]
    if member.kind == "edit":
        return [(name, _edited(value, change))]
    moved: dict[str, list[tuple[str, Any]]] = {
        "dropped": [],
        "listed": [(name, [value])],
        "in an object": [(name, {name: value})],
        "twice": [(name, value), (name, value)],
        "in capitals": [(name.upper(), value)],
    }
    return moved[change]


def _edited(value: Any, edit: Edit) -> Any:
    if isinstance(value, list):
        return [_edited(value[0], edit), *value[1:]] if value else [""]
    return edit(value) if isinstance(value, str) else value


# -- wrappings ----------------------------------------------------------


def _as(
    kind: str = JSON, change: Callable[[str], str | bytes] = str
) -> Callable[[str], Wrapped]:
    headers = {"Content-Type": kind} if kind else {}

    def wrapped(text: str) -> Wrapped:
        body = change(text)
        return body if isinstance(body, bytes) else to_bytes(body), headers

    return wrapped


WRAPPINGS: dict[str, Callable[[str], Wrapped]] = {
    "JSON": _as(),
    "charset utf-16": _as(f"{JSON}; charset=utf-16"),
    "capitals": _as(JSON.upper()),
    "a suffix": _as("application/problem+json"),
    "no type": _as(""),
    "plain text": _as("text/plain"),
    "JSON that says form": _as(FORM),
    "JSON that says parts": _as("multipart/form-data; boundary=x"),
    NOT_ESCAPED: _as(),
    "UTF-16": _as(change=lambda text: text.encode("utf-16")),
    "byte order mark": _as(change=lambda text: f"\ufeff{text}"),
    "in a list": _as(change=lambda text: f"[{text}]"),
    "in a text": _as(change=json.dumps),
    "cut off": _as(change=lambda text: text[:-1]),
    "more after it": _as(change=lambda text: f"{text}{{}}"),
    "a comma too many": _as(change=lambda text: f"{text[:-1]},}}"),
    "a NUL after it": _as(change=lambda text: f"{text}\0"),
    "single quotes": _as(change=lambda text: text.replace('"', "'")),
    "nothing": _as(change=lambda _text: ""),
    "null": _as(change=lambda _text: "null"),
    "a number": _as(change=lambda _text: "1"),
    "a text": _as(change=lambda _text: '"a"'),
    "an empty object": _as(change=lambda _text: "{}"),
    "an empty list": _as(change=lambda _text: "[]"),
    "deep lists": _as(change=lambda _text: "[" * 9_000 + "]" * 9_000),
    "deep objects": _as(change=lambda _text: '{"a":' * 9_000),
}
"""Encodings of an object, by name; only the first one is valid."""

OTHER_WRAPPINGS = [name for name in WRAPPINGS if name != "JSON"]


# -- strategies ---------------------------------------------------------

NUMBERS = [0, -1, 1.5, 2**31, 2**63, -(2**64), 10**400, float("inf")]
plain_values: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.sampled_from([*NUMBERS, float("nan")])
    | st.integers()
    | short_texts
)
values: st.SearchStrategy[Any] = (
    plain_values
    | st.recursive(
        plain_values,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(short_texts, inner, max_size=2)
        ),
        max_leaves=4,
    )
    | st.builds(Nested, st.sampled_from(NESTED))
)
"""The strategy for JSON values."""


def documents(
    names: Sequence[str],
    inserted: st.SearchStrategy[Text] = texts,
    wrappings: Sequence[str] = OTHER_WRAPPINGS,
) -> st.SearchStrategy[MalformedJson]:
    """Return the strategy for mutations of an object.

    Args:
        names: Members; a name that is listed twice is changed more often.
        inserted: The strategy for inserted texts.
        wrappings: The possible encodings besides the valid one.
    """
    name = st.sampled_from(names)
    kind = st.just
    member = weighted(
        (5, st.builds(Member, name, edits(inserted), kind("edit"))),
        (3, st.builds(Member, name, values, kind("value"))),
        (2, st.builds(Member, name, st.sampled_from(MOVES), kind("move"))),
        (1, st.builds(Member, short_texts, values, kind("value"))),
    )
    one = st.tuples(member)
    several = st.lists(member, min_size=1, max_size=3).map(tuple)
    plain = st.builds(MalformedJson, weighted((2, one), (1, several)))
    wrapped = st.builds(
        MalformedJson, st.just(()) | one, st.sampled_from(wrappings)
    )
    return weighted((7, plain), (1, wrapped))

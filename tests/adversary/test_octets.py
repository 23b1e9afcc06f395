"""Any text becomes bytes, and any bytes a text, without loss."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.adversary.malformed import encoding
from conformance.adversary.malformed.encoding import Nested, json_value
from conformance.adversary.malformed.forms import Change, MalformedForm
from conformance.adversary.malformed.json_bodies import MalformedJson, Member
from conformance.evidence.octets import to_bytes, to_text, visible

quick = settings(deadline=None, database=None)


@quick
@given(st.binary())
def test_bytes_come_back(data):
    assert to_bytes(to_text(data)) == data


@quick
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_utf8(text):
    assert to_bytes(text) == text.encode()


@quick
@given(st.text(st.characters()), st.text(st.characters()))
def test_a_character_does_not_depend_on_its_neighbours(one, other):
    assert to_bytes(one + other) == to_bytes(one) + to_bytes(other)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("\ud800", b"\xed\xa0\x80"),
        ("\udfff", b"\xed\xbf\xbf"),
        ("\ude00\ud83d", b"\xed\xb8\x80\xed\xa0\xbd"),
        ("\udcff", b"\xff"),
        ("\ud800\udcff", b"\xed\xa0\x80\xff"),
        ("é\udc80€", b"\xc3\xa9\x80\xe2\x82\xac"),
    ],
)
def test_a_lone_surrogate_is_three_bytes_and_a_byte_is_itself(text, sent):
    assert to_bytes(text) == sent


def test_what_is_no_text_is_visible():
    assert visible("a\udcff\ud800é") == "a\\xff\\ud800é"


@pytest.mark.parametrize(
    "how", ["also there", "moved", "unescaped", "after", "renamed"]
)
@pytest.mark.parametrize(
    ("text", "escaped"),
    [("\udcff", b"%FF"), ("\ud800", b"%ED%A0%80"), ("%z", b"%")],
)
def test_a_query_holds_what_was_drawn(how, text, escaped):
    """Seed 715349432: the query was taken for ASCII."""
    changes = [Change("page", how, text)]
    if how != "also there":
        changes.append(Change("page", "moved"))
    query, _ = MalformedForm(tuple(changes)).apply({"page": "1"})
    (target,) = encoding.in_query("/x", query).values()
    assert target.isascii()
    assert how in {"moved", "renamed"} or escaped in target


def test_a_query_is_sent_as_it_is_written():
    (target,) = encoding.in_query("/x", b"a=%z&b=\xff\0 ").values()
    assert target == b"/x?a=%z&b=%FF%00%20"
    (path,) = encoding.in_path("/x/", "a/b\ud800", "/by_id").values()
    assert path == b"/x/a%2Fb%ED%A0%80/by_id"


@pytest.mark.parametrize("move", ["listed", "in an object", "twice"])
@pytest.mark.parametrize("depth", [2, 5_000])
def test_deep_lists_stand_anywhere_in_json(move, depth):
    """Seed 36: a deep list within a list was no JSON for the encoder."""
    deep = Member("email", Nested(depth), "value")
    moved = Member("email", move, "move")
    body, _ = MalformedJson((deep, moved)).apply({"email": "a"})
    assert body.count(b"[" * depth) == (2 if move == "twice" else 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([Nested(2), {"a": Nested(1)}], '[[[]], {"a": []}]'),
        (10**400, f"1{'0' * 400}"),
        ([float("inf"), float("-inf")], "[Infinity, -Infinity]"),
        (float("nan"), "NaN"),
        ({"\ud800": "\udcff"}, r'{"\ud800": "\udcff"}'),
        (None, "null"),
    ],
)
def test_any_value_is_json(value, text):
    assert json_value(value) == text


def test_json_that_is_not_escaped_keeps_all():
    members = (
        Member("a", "\ud800\udcffé", "value"),
        Member("a", "twice", "move"),
    )
    body, _ = MalformedJson(members, "not escaped").apply({"a": "x"})
    one = b'"a": "\xed\xa0\x80\xff\xc3\xa9"'
    assert body == b"{" + one + b", " + one + b"}"


def test_escaped_json_is_ascii():
    body, _ = MalformedJson((Member("a", "\udcff", "value"),)).apply({"a": ""})
    assert json.loads(body) == {"a": "\udcff"}
    assert body.isascii()


def test_a_form_as_json_keeps_what_stands_twice():
    form = MalformedForm(
        (Change("a", "repeated", "2"), Change("b", "unescaped", "\udcff")),
        "JSON",
    )
    _, (body, _) = form.apply({"a": "1", "b": ""})
    assert body == b'{"a": "1", "b": "\xff", "a": "2"}'

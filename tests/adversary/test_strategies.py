"""What is drawn can be sent, is what it says, and seldom stops at once."""

import json
from urllib.parse import parse_qsl

import h11
import pytest
from hypothesis import HealthCheck, given, settings

from conformance.adversary.malformed import content_types, json_bodies
from conformance.adversary.malformed.authorization_header import (
    headers,
    invalid_headers,
)
from conformance.adversary.malformed.edits import (
    HOW,
    INTACT_OR_ABSENT,
    WITH_TEXT,
    WITHOUT_TEXT,
    Edit,
)
from conformance.adversary.malformed.encoding import Nested, to_bytes
from conformance.adversary.malformed.forms import (
    Change,
    MalformedForm,
    forms_with_one_edit,
)
from conformance.adversary.malformed.http_messages import (
    MESSAGES,
    MalformedMessage,
    messages,
)
from conformance.adversary.malformed.json_bodies import MalformedJson, Member
from conformance.adversary.malformed.mutations import KINDS, MARKUP, several
from conformance.adversary.malformed.texts import (
    ALIKE,
    Repeated,
    look_alike,
    texts,
)

GOOD = {"code": "abcDEF123456", "client_id": "xyz", "grant_type": "code"}
OBJECT = {"client_name": "a", "redirect_uris": ["https://a/"], "scope": "b"}
REQUEST = b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b"
MEBIBYTE = 1_048_576
many = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_ways_to_change_a_value_are_named_once():
    assert {*WITH_TEXT, *WITHOUT_TEXT} == set(HOW)
    assert set(HOW) > INTACT_OR_ABSENT


@many
@given(texts)
def test_texts_travel_and_are_told_in_short(text):
    assert 0 < len(to_bytes(str(text))) <= MEBIBYTE
    assert len(repr(text)) < 1000


@pytest.mark.parametrize("letter", ALIKE)
def test_a_look_alike_is_another_text(letter):
    assert look_alike(f"B{letter}") != f"B{letter}"
    assert look_alike("B") != "B"


def form(*changes, wrapping="form"):
    return MalformedForm(changes, wrapping).apply(GOOD)


def body_of(*changes, wrapping="form"):
    return form(*changes, wrapping=wrapping)[1][0].decode("latin-1")


def test_an_unchanged_form_is_the_good_one():
    query, (body, kind) = form()
    assert query == b""
    assert dict(parse_qsl(body.decode())) == GOOD
    assert kind == {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("how", "text", "expected"),
    [
        ("instead", "\0", "code=%00&"),
        ("after", " ", "code=abcDEF123456+&"),
        ("before", "\udcff", "code=%FFabcDEF123456&"),
        ("inside", "\ud800", "code=abcDEF%ED%A0%80123456&"),
        ("unescaped", "%z", "code=abcDEF123456%z&"),
        ("renamed", "[]", "code%5B%5D=abcDEF123456&"),
        ("empty", "", "code=&"),
        ("dropped", "", "client_id=xyz&grant_type=code"),
        ("overridden", "x", "code=x&code=abcDEF123456&"),
    ],
)
def test_a_parameter_is_changed(how, text, expected):
    assert body_of(Change("code", how, text)).startswith(expected)


def test_a_parameter_is_repeated_or_stands_in_the_query():
    assert body_of(Change("code", "repeated", "x")).endswith("&code=x")
    query, (body, _) = form(Change("code", "moved"))
    assert query == b"code=abcDEF123456"
    assert b"code=abc" not in body
    query, (body, _) = form(Change("code", "also there", "x"))
    assert query == b"code=x"
    assert b"code=abc" in body
    assert body_of(Change("state", "added", "x")).endswith("&state=x")


@pytest.mark.parametrize("wrapping", content_types.WRAPPINGS)
def test_every_wrapping_can_be_sent(wrapping):
    _, (body, kind) = form(Change("code", "after", "\0"), wrapping=wrapping)
    assert isinstance(body, bytes)
    assert all(value.isascii() for value in kind.values())


def test_a_form_says_which_values_are_made_up():
    whole = MalformedForm((Change("code", "after", "\0"),))
    assert ("code", "abcDEF123456\0", True) in whole.values(GOOD)
    torn = MalformedForm((Change("code", "inside", "\0"),))
    assert ("code", "abcDEF\000123456", False) in torn.values(GOOD)
    assert [name for name, *_ in torn.values(GOOD)] == ["code"]


@many
@given(forms_with_one_edit(list(GOOD)))
def test_an_edited_form_has_another_value(example):
    ((name, value, _),) = example.values(GOOD)
    assert value != GOOD[name]


def document(*members, wrapping="JSON"):
    return MalformedJson(members, wrapping).apply(OBJECT)[0]


def test_an_unchanged_object_is_the_good_one():
    assert json.loads(document()) == OBJECT


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (Member("scope", "dropped", "move"), {"scope": ...}),
        (Member("scope", "listed", "move"), {"scope": ["b"]}),
        (Member("scope", "in an object", "move"), {"scope": {"scope": "b"}}),
        (Member("scope", None, "value"), {"scope": None}),
        (Member("scope", Nested(2), "value"), {"scope": [[]]}),
        (Member("scope", Edit("after", "\0"), "edit"), {"scope": "b\0"}),
        (
            Member("redirect_uris", Edit("cut"), "edit"),
            {"redirect_uris": ["https://a"]},
        ),
        (Member("made_up", 1, "value"), {"made_up": 1}),
    ],
)
def test_a_member_is_changed(member, expected):
    wanted = {k: v for k, v in {**OBJECT, **expected}.items() if v is not ...}
    assert json.loads(document(member)) == wanted


def test_a_member_stands_twice():
    text = document(Member("scope", "twice", "move")).decode()
    assert text.count('"scope": "b"') == 2


@pytest.mark.parametrize("wrapping", json_bodies.WRAPPINGS)
def test_every_object_can_be_sent(wrapping):
    members = (Member("scope", Nested(5_000), "value"),)
    body, kind = MalformedJson(members, wrapping).apply(OBJECT)
    assert isinstance(body, bytes)
    assert all(value.isascii() for value in kind.values())


@many
@given(headers() | invalid_headers)
def test_a_header_passes_an_http_client(example):
    value = example.apply("abcDEF123456")
    h11.Request(
        method="GET",
        target="/",
        headers=[("Host", "a"), ("Authorization", value)],
    )


@many
@given(invalid_headers)
def test_a_bad_header_holds_no_good_token(example):
    scheme, _, token = example.apply("abcDEF123456").partition(b" ")
    assert scheme.lower() != b"bearer" or token != b"abcDEF123456"


@pytest.mark.parametrize("what", MESSAGES)
def test_malformed_wire_is_another_request(what):
    sent = MalformedMessage(what, "\udcff").apply(REQUEST)
    assert isinstance(sent, bytes)
    assert sent != REQUEST


@many
@given(messages)
def test_malformed_wire_is_bounded(example):
    assert len(example.apply(REQUEST)) < 200_000


def test_markup_is_put_in():
    found = []

    @many
    @given(KINDS["exchange"].marked)
    def draw(example):
        found.append(MARKUP in repr(example))

    draw()
    assert sum(found) > len(found) / 3


@settings(many, max_examples=20)
@given(several(["list", "app"]))
def test_several_requests_name_their_endpoint(examples):
    assert {name for name, _ in examples} <= {"list", "app"}


def test_a_long_text_is_bounded():
    assert str(Repeated("ab", 3)) == "ababab"

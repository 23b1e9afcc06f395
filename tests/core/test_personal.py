"""Personal data of users becomes labels, as secrets do."""

import json

import pytest

from conformance.evidence import Evidence, personal
from conformance.evidence.octets import printable
from conformance.evidence.raw_exchange import RawExchange
from conformance.evidence.redact import Redactor, Secrets

NAME = "Wilhelmina"
EMAIL = "w.quokka@example.com"


@pytest.fixture
def evidence():
    return Evidence(Redactor(Secrets()))


def exchange(evidence, answer, url="http://h/x", sent="", headers=()):
    """Record an exchange; return it as the report has it."""
    request = {
        "method": "POST",
        "url": url,
        "headers": [list(h) for h in headers],
        "body": sent,
    }
    response = {"status": 200, "reason": "OK", "headers": [], "body": answer}
    evidence.exchange(RawExchange("http", "app", request, response))
    return evidence.to_plain()["exchanges"][-1]


@pytest.mark.parametrize(("name", "kind"), personal.MEMBERS.items())
@pytest.mark.parametrize(
    "value", ["Zo", "1990-01-01", 'a "b" \\ ü', ["x", 1], {"a": {"b": 2}}, 7.5]
)
def test_member_is_labelled_whatever_it_holds(evidence, name, kind, value):
    answer = json.dumps({"data": {"id": 3, name: value, "after": "x"}})
    body = json.loads(exchange(evidence, answer)["response"]["body"])
    assert body == {"data": {"id": 3, name: f"{kind}#1", "after": "x"}}


@pytest.mark.parametrize("value", [None, "", [], {}, False, True, 0])
def test_value_that_says_nothing_stays(evidence, value):
    answer = json.dumps({"bio": value, "records": value})
    assert exchange(evidence, answer)["response"]["body"] == answer


def test_member_that_is_cut_off_is_labelled_to_the_end(evidence):
    body = exchange(evidence, '{"data": {"bio": "was born')["response"]["body"]
    assert body == '{"data": {"bio": "biography#1"'


def test_long_list_is_one_label(evidence):
    workouts = [{"title": f"Run {n}", "note": "z" * 99} for n in range(500)]
    answer = json.dumps({"data": {"workouts": workouts}, "status": "success"})
    body = exchange(evidence, answer)["response"]["body"]
    assert body == (
        '{"data": {"workouts": "workout_data#1"}, "status": "success"}'
    )


def test_same_value_has_the_same_label(evidence):
    answer = json.dumps([{"username": u} for u in ("anna", "bert", "anna")])
    body = exchange(evidence, answer)["response"]["body"]
    labels = [one["username"] for one in json.loads(body)]
    assert labels == ["username#1", "username#2", "username#1"]


def learnt(evidence, **members):
    exchange(evidence, json.dumps(members))
    return evidence.redactor.redact


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "login as {} was refused",
        "https://h/api/users/{}?page=1",
        "from=%2Fprofile%3Fq%3D{}",
        "'{}'",
        "\\n{}\\n",
        '{{"message": "{} is unknown"}}',
    ],
)
def test_value_is_found_elsewhere_as_a_whole_word(evidence, text):
    redact = learnt(evidence, first_name=NAME)
    assert redact(text.format(NAME)) == text.format("personal_name#1")


@pytest.mark.parametrize("spelt", ["w.quokka%40example.com", EMAIL])
def test_value_is_found_however_it_is_spelt(evidence, spelt):
    redact = learnt(evidence, email=EMAIL)
    assert redact(f"?email={spelt}&x=1") == "?email=email#1&x=1"


@pytest.mark.parametrize(
    "text", [f"{NAME}s", f"x{NAME}", f'{{"{NAME}": 1}}', "wilhelm"]
)
def test_part_of_a_word_and_a_members_name_stay(evidence, text):
    assert learnt(evidence, first_name=NAME)(text) == text


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"location": "Rom"}, "Rom"),  # below four characters
        ({"location": "12345"}, "status 12345"),  # a number
        ({"bio": 2024}, "2024"),
        ({"username": "profile"}, "GET /api/auth/profile: profile:read"),
        ({"username": "workouts"}, "workouts:write is not in the scope"),
        ({"bio": "invalid_grant"}, "400 invalid_grant"),
        ({"username": "owner"}, "must_exchange (owner)"),
        ({"username": "Email"}, "the email"),
    ],
)
def test_word_of_the_protocol_is_nobodys(evidence, members, text):
    assert learnt(evidence, **members)(text) == text


def test_request_shows_what_was_drawn(evidence):
    sent = json.dumps({"email": "\0nobody", "username": "x"})
    assert exchange(evidence, "{}", sent=sent)["request"]["body"] == sent


def test_generated_value_stays_where_a_server_echoes_it(evidence):
    evidence.redactor.exempt("drawn by hypothesis")
    answer = json.dumps({"bio": "drawn by hypothesis"})
    assert exchange(evidence, answer)["response"]["body"] == answer


def test_request_and_header_hide_what_is_known(evidence):
    learnt(evidence, email=EMAIL)
    sent = json.dumps({"email": EMAIL})
    found = exchange(evidence, "{}", sent=sent, headers=[("X-User", EMAIL)])
    assert found["request"]["body"] == '{"email": "email#1"}'
    assert found["request"]["headers"] == [["X-User", "email#1"]]


def test_text_for_a_terminal_steers_nothing():
    text = "a\tb\n\x1b[2J\x07\x9b\u202e\udcff ü € \U0001f6b2"
    assert printable(text) == (
        "a\tb\n\\x1b[2J\\x07\\x9b\\u202e\\xff ü € \U0001f6b2"
    )

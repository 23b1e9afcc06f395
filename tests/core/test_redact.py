"""Secrets become labels, however they are spelt and wherever they stand."""

import html
import json
import re
import string
from urllib.parse import quote, quote_plus

import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.evidence.redact import KINDS, SHORTEST, Redactor, Secrets

TRICKY = "pä'ss \"w<o>r&d/\\%+~"
# Labels are made of small letters, "_", "#" and digits: none of these.
SIGNS = string.ascii_uppercase + " \t\"'<>&%+/\\~=;:,.é€𝄞"
secret_texts = st.text(SIGNS, min_size=SHORTEST, max_size=24)


@pytest.fixture
def redactor():
    return Redactor(Secrets())


def test_learnt_secret_becomes_its_label(redactor):
    redactor.learn("s3cr3t-value", "access_token")
    assert redactor.redact("a s3cr3t-value b") == "a access_token#1 b"


def test_labels_are_stable_and_numbered_by_kind(redactor):
    redactor.learn("first-token", "access_token")
    redactor.learn("first-secret", "client_secret")
    redactor.learn("second-token", "access_token")
    redactor.learn("first-token", "access_token")
    text = "second-token first-token first-secret first-token"
    assert redactor.redact(text) == (
        "access_token#2 access_token#1 client_secret#1 access_token#1"
    )


def test_first_kind_stays(redactor):
    redactor.learn("the-token", "access_token")
    redactor.learn("the-token", "token")
    assert redactor.redact("the-token") == "access_token#1"


def test_each_scenario_numbers_afresh_what_another_learnt():
    secrets = Secrets()
    earlier, later = Redactor(secrets), Redactor(secrets)
    earlier.learn("token-of-the-first", "access_token")
    earlier.learn("shared-by-both", "access_token")
    assert later.redact("x=shared-by-both;") == "x=access_token#1;"


def test_short_values_are_left_alone(redactor):
    redactor.learn("seven77", "password")
    assert redactor.redact("seven77") == "seven77"


@pytest.mark.parametrize(
    "spell",
    [
        str,
        quote,
        quote_plus,
        lambda v: quote(v, safe=""),
        lambda v: re.sub("%..", lambda m: m[0].lower(), quote(v, safe="")),
        lambda v: quote(quote(v, safe=""), safe=""),
        html.escape,
        lambda v: html.escape(v).replace("&#x27;", "&#39;"),
        lambda v: str(markupsafe.escape(v)),
        json.dumps,
        lambda v: json.dumps(v, ensure_ascii=False),
        lambda v: json.dumps({"body": json.dumps({"password": v})}),
        lambda v: json.dumps(v).replace("/", r"\/"),
        repr,
        lambda v: repr(v.encode()),
    ],
)
def test_every_spelling_is_found(redactor, spell):
    redactor.learn(TRICKY, "password")
    written = spell(TRICKY)
    assert "password#1" in redactor.redact(f"before {written} after")
    assert written.strip("\"'") not in redactor.redact(f"{written} after")


def test_secret_that_contains_another(redactor):
    redactor.learn("inner-secret", "client_secret")
    redactor.learn("an-inner-secret-and-more", "access_token")
    text = "an-inner-secret-and-more inner-secret an-inner-secret."
    assert redactor.redact(text) == (
        "access_token#1 client_secret#1 an-client_secret#1."
    )


@pytest.mark.parametrize("cut", ["", "…", "...", "… and so on"])
def test_secret_cut_short_is_still_a_secret(redactor, cut):
    redactor.learn("abcdefghijklmnop", "access_token")
    assert (
        redactor.redact(f"200 abcdefghijkl{cut}") == f"200 access_token#1{cut}"
    )


def test_same_beginning_is_not_the_secret(redactor):
    redactor.learn("abcdefghijklmnop", "access_token")
    assert redactor.redact("abcdefghijkl.") == "abcdefghijkl."


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("sign", ["=", "%3D"])
def test_parameter_in_a_text_is_learnt(redactor, name, sign):
    error = f"goto https://app/cb?{name}{sign}Zz93kdk20sk&state=x failed"
    shown = redactor.redact(error)
    assert f"{name}{sign}{KINDS[name]}#1&state=x failed" in shown
    assert redactor.redact("Zz93kdk20sk") == f"{KINDS[name]}#1"


def test_name_that_only_ends_like_a_parameter_is_none(redactor):
    text = "error_code=something_else"
    assert redactor.redact(text) == text


def test_label_is_not_learnt_as_a_secret(redactor):
    redactor.learn("the-code-itself", "authorization_code")
    once = redactor.redact("?code=the-code-itself&x=1")
    assert redactor.redact(once) == once == "?code=authorization_code#1&x=1"
    words = "grant_type=authorization_code"
    assert redactor.redact(words) == words


def test_word_of_a_label_is_no_secret(redactor):
    redactor.learn("authorization_code", "authorization_code")
    redactor.learn("the-code-itself", "authorization_code")
    assert redactor.redact(
        "grant_type=authorization_code the-code-itself"
    ) == ("grant_type=authorization_code authorization_code#1")


def test_half_a_surrogate_pair_can_be_learnt(redactor):
    redactor.learn("\ud800 is no text", "password")
    assert redactor.redact("\ud800 is no text") == "password#1"


SPELLERS = [
    str,
    quote,
    quote_plus,
    html.escape,
    lambda v: json.dumps(v)[1:-1],
    lambda v: json.dumps(v, ensure_ascii=False)[1:-1],
    lambda v: repr(v)[1:-1],
]


@given(
    learnt=st.lists(secret_texts, min_size=1, max_size=5),
    others=st.lists(secret_texts, max_size=2),
    data=st.data(),
)
def test_no_learnt_secret_survives(learnt, others, data):
    """Neither this scenario's nor another's, raw or spelt, anywhere."""
    secrets = Secrets()
    elsewhere, here = Redactor(secrets), Redactor(secrets)
    for value in others:
        elsewhere.learn(value, "password")
    for value in learnt:
        here.learn(value, "access_token")
    known = [*learnt, *others]
    spelt = st.builds(
        lambda value, spell: spell(value),
        st.sampled_from(known),
        st.sampled_from(SPELLERS),
    )
    pieces = st.lists(st.text(SIGNS, max_size=9) | spelt, max_size=8)
    shown = here.redact("".join(data.draw(pieces)))
    for value in known:
        for spell in SPELLERS:
            assert spell(value) not in shown


@given(text=st.text(), learnt=st.lists(secret_texts, max_size=3))
def test_redacting_twice_brings_nothing_back(text, learnt):
    redactor = Redactor(Secrets())
    for value in learnt:
        redactor.learn(value, "token")
    once = redactor.redact(text + "".join(learnt))
    again = redactor.redact(once)
    assert not [value for value in learnt if value in again]


@pytest.mark.parametrize("value", ["made-up value", "\0" * 9, "a%b&c=d é"])
def test_made_up_value_is_shown(redactor, value):
    redactor.exempt(value)
    redactor.learn(value, "token")
    assert redactor.redact(value) == value
    sent = f"token={quote_plus(value)}&a=b"
    assert redactor.redact(sent) == sent


def test_secret_inside_of_a_made_up_value_is_hidden(redactor):
    redactor.learn("s3cr3t-value", "token")
    redactor.exempt("s3cr3t-value\0")
    redactor.learn("s3cr3t-value\0", "token")
    assert redactor.redact("token=s3cr3t-value%00") == "token=token#1%00"


def test_known_secret_is_not_made_up(redactor):
    redactor.learn("s3cr3t-value", "token")
    redactor.exempt("s3cr3t-value")
    assert redactor.redact("s3cr3t-value") == "token#1"


@pytest.mark.parametrize("start", [0, 15_980, 17_970, 19_000])
def test_long_secret_is_hidden_wherever_it_is_cut(redactor, start):
    secret = "".join(f"{n:07}" for n in range(4_000))
    redactor.learn(secret, "token")
    shown = redactor.redact(("-" * start + secret)[:18_000])
    assert "0000" not in shown

"""How "actual" reads: as HTTP and JSON, and never a whole body."""

import httpx
import pytest

from conformance import expect
from conformance.expect import wording

URL = "https://fit.example/api/oauth/token?code=x"


def response(status=200, request=("POST", URL), **content):
    asked = httpx.Request(*request) if request else None
    return httpx.Response(status, request=asked, **content)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (None, "absent"),
        (True, "true"),
        (3, "3"),
        ("a b", '"a b"'),
        ("é", '"é"'),
        (["first"], '"first"'),
        (["b", "a"], '"b", "a"'),
        ({"b", "a"}, '"a", "b"'),
        ([], "none"),
        ({"a": None}, '{"a": null}'),
        (1.5, "1.5"),
    ],
)
def test_value_is_not_pythons(found, text):
    assert wording.value(found) == text


def test_request_and_status_come_first():
    answer = response(400, json={"error": "invalid_grant"})
    assert wording.summary(answer) == (
        'POST /api/oauth/token: 400 {"error":"invalid_grant"}'
    )


def test_long_body_is_shown_without_what_it_holds():
    profile = {f"member {n}": "x" * 20 for n in range(40)}
    answer = response(json={"status": "success", "data": profile, "n": [1]})
    assert wording.summary(answer) == (
        'POST /api/oauth/token: 200 {"status": "success", "data": {…}, '
        '"n": […]}'
    )


def test_page_is_its_title():
    page = "<!doctype html><title>500 Internal\n Server Error</title><p>long"
    answer = response(500, html=page)
    assert wording.summary(answer) == (
        "POST /api/oauth/token: 500 a page, 500 Internal Server Error"
    )
    assert wording.summary(response(html="<p>")).endswith("200 a page")


def test_other_text_is_cut():
    text = wording.summary(response(text="y" * 999, request=None))
    assert text == f"200 {'y' * wording.LONGEST}…"


def test_long_list_and_malformed_json_are_cut():
    for body in ("[" * 999, '{"a": ' * 999):
        text = wording.summary(response(content=body.encode()))
        assert len(text) < 360
        assert text.endswith("…")


@pytest.mark.parametrize(
    "matcher",
    [
        expect.accepted,
        expect.code,
        expect.denied,
        expect.success,
        expect.tokens,
        expect.unauthorized,
        expect.status,
    ],
)
def test_case_is_part_of_what_is_expected(matcher):
    answer = response(500, json={})
    with pytest.raises(expect.Violation, match="for the revoked token\nact"):
        matcher(answer, given="the revoked token")


@pytest.mark.parametrize(
    "matcher",
    [expect.refused, expect.tokens_refused, expect.no_code_or_token_in],
)
def test_case_of_a_refusal(matcher):
    answer = response(200, json={"access_token": "x"})
    with pytest.raises(expect.Violation, match="for the revoked token\nact"):
        matcher(answer, given="the revoked token")


def test_wrong_member_is_named():
    answer = response(json={"data": {"client": {"client_description": 1}}})
    with pytest.raises(
        expect.Violation,
        match="the member client_description is 1, not a text or null",
    ):
        expect.app_shown(answer)
    answer = response(json={"pagination": {"has_next": True}})
    with pytest.raises(expect.Violation, match="member has_prev is missing"):
        expect.pagination(answer)

"""That the token endpoint survives what is no good request."""

import pytest

from conformance import expect, verifies
from conformance.actors import FORM
from conformance.routes import TOKEN
from conformance.samples import MADE_UP

BROKEN = {
    "no body": (None, None),
    "no type": ("grant_type=authorization_code", None),
    "JSON": ('{"grant_type": "authorization_code"}', "application/json"),
    "broken JSON": ("{", "application/json"),
    "text": ("grant_type=authorization_code", "text/plain"),
    "form-data without boundary": ("--x\r\n", "multipart/form-data"),
    "broken form-data": ("--x\r\n", "multipart/form-data; boundary=x"),
    "not UTF-8": ("grant_type=%FF%FE&code=%C3%28", FORM),
    "lone surrogate": ("grant_type=%ED%A0%80", FORM),
    "unknown charset": ("grant_type=a", f"{FORM}; charset=made-up"),
    "only separators": ("&&==&=&", FORM),
    "bad escapes": ("grant_type=%&code=%zz", FORM),
    "many parameters": ("&".join(["a=b"] * 2000), FORM),
}
HOSTILE = {
    "NUL": "\0",
    "line breaks": "a\r\nb",
    "long": "a" * 20_000,
    "markup": "<script>'\"%s{0}${1}",
    "beyond the basic plane": "\U0001f6b4",
}
TAILS = {"NUL": "\0", "NUL and more": "\0a", "LF": "\n", "CR LF": "\r\n"}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
@verifies("robustness/token-endpoint-survives")
def test_broken_body_is_survived(app, owner, body):
    """A body that is no good form is answered without a server error."""
    app.must_obtain_tokens(owner)  # control: a good one is served
    content, kind = body
    headers = {"Content-Type": kind} if kind else {}

    _survived(app.send("POST", TOKEN, content=content, headers=headers))


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "name",
    ["grant_type", "client_id", "client_secret", "code", "redirect_uri"],
)
@verifies("robustness/token-endpoint-survives")
def test_hostile_value_of_an_exchange_is_survived(app, owner, name, value):
    """A hostile parameter of an exchange causes no server error."""
    app.must_obtain_tokens(owner)  # control: a good one is served
    request = {"grant_type": "authorization_code", "code": MADE_UP}

    _survived(app.token_request(request, {name: value}))


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@verifies("robustness/token-endpoint-survives")
def test_hostile_refresh_token_is_survived(app, tokens, value):
    """A hostile refresh token causes no server error."""
    app.must_refresh(tokens)  # control: a good one is served
    request = {"grant_type": "refresh_token", "refresh_token": value}

    _survived(app.token_request(request, {}))


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
@pytest.mark.parametrize("name", ["code", "client_secret"])
@verifies("robustness/token-endpoint-malformed-issues-nothing")
def test_cut_off_value_issues_nothing(app, owner, name, tail):
    """A good value followed by a control character issues nothing."""
    app.must_obtain_tokens(owner)  # control: the good value alone works
    code = app.must_authorize(owner)

    good = {**app.code_grant(code), **app.credentials()}[name]
    expect.no_token_in(app.exchange(code, **{name: f"{good}{tail}"}))


def _survived(response):
    expect.that(
        response.status_code < 500,
        "a response below 500",
        expect.summary(response),
    )

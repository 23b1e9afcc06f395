"""What FitTrackee documents of POST /api/oauth/token."""

import time
from email.utils import parsedate_to_datetime

import pytest

from conformance import expect, observe, verifies
from conformance.actors import json_body
from conformance.routes import TOKEN
from conformance.samples import MADE_UP, must_issue

MEMBERS = {
    "access_token",
    "expires_in",
    "refresh_token",
    "scope",
    "token_type",
}
ROUNDING = 5  # seconds between an answer's Date header and its expires_at


@verifies("fittrackee/api-oauth2/token-answer-members")
def test_exchange_answers_the_documented_members(app, owner):
    """A code is answered with all the members of the documentation."""
    _has_members(must_issue(app, owner, "authorization_code"))


@verifies("fittrackee/api-oauth2/token-refresh-answer-members")
def test_refresh_answers_the_documented_members(app, owner):
    """A refresh is answered with all the members of the documentation."""
    _has_members(must_issue(app, owner, "refresh_token"))


@verifies("fittrackee/api-oauth2/token-type-bearer")
def test_token_type_is_spelt_as_documented(app, tokens):
    """The token type is Bearer, with a capital letter."""
    kind = app.must_refresh(tokens).body.get("token_type")

    expect.that(kind == "Bearer", '"token_type": "Bearer"', repr(kind))


@verifies("fittrackee/api-oauth2/token-expires-at")
def test_expires_at_agrees_with_expires_in(app, owner):
    """The announced end, if any, lies the announced lifetime ahead."""
    response = must_issue(app, owner, "authorization_code")
    body = json_body(response)
    if "expires_at" not in body:
        observe("no end is announced")
        return

    end, lifetime = body["expires_at"], body.get("expires_in")
    expect.that(
        type(end) in {int, float} and type(lifetime) in {int, float},
        '"expires_at" and "expires_in" as numbers',
        f"{expect.value(end)} and {expect.value(lifetime)}",
    )
    ahead = end - _clock(response)
    expect.that(
        abs(ahead - lifetime) <= ROUNDING,
        f"an end {lifetime} seconds ahead, give or take {ROUNDING}",
        f"{ahead:.0f} seconds ahead",
    )


@verifies("fittrackee/api-oauth2/token-form-data")
def test_token_request_may_be_form_data(app, owner):
    """A token request in the form of the documentation's example works."""
    app.must_obtain_tokens(owner)  # control: the other kind of form works
    code = app.must_authorize(owner)

    request = {**app.code_grant(code), **app.credentials()}
    parts = {name: (None, value) for name, value in request.items()}
    expect.tokens(app.send("POST", TOKEN, files=parts))


@verifies("fittrackee/api-oauth2/token-code-verifier-optional")
def test_exchange_works_without_pkce(app, owner):
    """A code asked for without PKCE is exchanged without a verifier."""
    app.must_obtain_tokens(owner)  # control: with PKCE it works
    code = app.must_authorize_without_pkce(owner)

    expect.tokens(app.exchange(code))


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token"])
@verifies("fittrackee/api-oauth2/token-invalid-code-400")
def test_ungrantable_request_is_answered_as_documented(app, tokens, grant):
    """A request that cannot be granted gets 400 with an OAuth error."""
    tokens = app.must_refresh(tokens)  # control: a good one works
    request = {"code": MADE_UP, "refresh_token": MADE_UP}

    response = app.token_request({"grant_type": grant, **request}, {})
    expect.status(response, 400)
    expect.registered_error(response)


@verifies("fittrackee/api-oauth2/token-expires-at-sent")
def test_presence_of_expires_at_is_noted(app, owner):
    """Whether the documented end, expires_at, is there is noted."""
    response = must_issue(app, owner, "authorization_code")

    sent = expect.member(response, "expires_at") is not None
    observe(f"expires_at is {'sent' if sent else 'not sent'}")


@verifies("fittrackee/api-oauth2/token-scope-is-a-list")
def test_kind_of_scope_is_noted(app, owner):
    """Whether the scope is a list, as documented, or a string is noted."""
    response = must_issue(app, owner, "authorization_code")

    kind = type(expect.member(response, "scope")).__name__
    observe(f"scope is a {kind}; documented: list, RFC 6749: str")


@verifies("fittrackee/api-oauth2/token-redirect-uri-undocumented")
def test_need_of_redirect_uri_is_noted(app, owner):
    """Whether a code is exchanged by the documented parameters is noted."""
    app.must_obtain_tokens(owner)  # control: with redirect_uri it is
    code = app.must_authorize(owner)

    issued = app.exchange(code, redirect_uri=None).is_success
    observe(
        "the documented parameters, without redirect_uri, are "
        f"{'enough' if issued else 'not enough'}"
    )


@verifies("fittrackee/api-oauth2/token-401-of-sessions")
def test_answer_without_credentials_is_noted(app, owner):
    """What a request without any credentials is answered with is noted."""
    app.must_obtain_tokens(owner)  # control: with them it works

    response = app.send("POST", TOKEN)
    observe(f"without credentials: {response.status_code}")


def _has_members(response):
    body = expect.json_object(response)
    missing = sorted(MEMBERS - set(body))
    expect.that(
        not missing,
        f"the members {', '.join(sorted(MEMBERS))}",
        f"missing: {', '.join(missing) or 'none'}",
    )


def _clock(response):
    try:
        return parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()

"""How the token endpoint says no (RFC 6749 section 5.2)."""

import pytest

from conformance import expect, verifies
from conformance.actors import must_be_refused
from conformance.samples import FAILURES, MADE_UP, UNAUTHENTICATED

EVERY = {**FAILURES, **UNAUTHENTICATED}
OTHER_GRANTS = {
    "client_credentials": {},
    "implicit": {"response_type": "token"},
    "urn:ietf:params:oauth:grant-type:jwt-bearer": {"assertion": "e30.e30."},
    "urn:ietf:params:oauth:grant-type:device_code": {"device_code": MADE_UP},
    "urn:ietf:params:oauth:grant-type:token-exchange": {
        "subject_token": MADE_UP
    },
}
MISSPELT = {
    "upper case": "AUTHORIZATION_CODE",
    "space": "authorization_code ",
    "two": "authorization_code refresh_token",
    "unknown": "made_up",
}
HOSTILE = {
    "quotes": 'a"b\\c',
    "beyond ASCII": "né\u2028\U0001f6b4",
    "line break": "a\r\nSet-Cookie: a=b",
}


def must_fail(response, ask=None):
    """Return an error; Blocked when the answer is one of success."""
    broken = "rfc6749/5.2/error-status"
    if ask in UNAUTHENTICATED.values():
        broken = "rfc6749/5.2/invalid-client"
    return must_be_refused(response, broken=broken)


@pytest.mark.parametrize("ask", FAILURES.values(), ids=FAILURES)
@verifies("rfc6749/5.2/error-status")
def test_error_has_status_400(app, owner, ask):
    """A request that fails not for its client's sake gets 400."""
    app.must_obtain_tokens(owner)  # control: a good one is served

    expect.status(ask(app), 400)


@pytest.mark.parametrize("ask", EVERY.values(), ids=EVERY)
@verifies("rfc6749/5.2/error-is-json")
def test_error_is_json(app, owner, ask):
    """An error is a JSON object."""
    app.must_obtain_tokens(owner)  # control: a good request is served

    expect.json_object(ask(app))


@pytest.mark.parametrize("ask", EVERY.values(), ids=EVERY)
@verifies("rfc6749/5.2/error-registered")
def test_error_has_a_registered_code(app, owner, ask):
    """An error names one of the codes that apps know."""
    app.must_obtain_tokens(owner)  # control: a good request is served

    expect.registered_error(ask(app))


@pytest.mark.parametrize("ask", EVERY.values(), ids=EVERY)
@verifies("rfc6749/5.2/error-charset")
def test_error_code_is_plain(app, ask):
    """An error's code keeps to the allowed characters."""
    response = must_fail(ask(app), ask)

    expect.allowed_characters(response, "error")


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "name", ["grant_type", "code", "client_id", "redirect_uri"]
)
@verifies("rfc6749/5.2/error-description-charset")
def test_error_description_repeats_nothing_harmful(app, name, value):
    """A description keeps to the allowed characters, whatever was sent."""
    request = {"grant_type": "authorization_code", "code": MADE_UP}

    response = must_fail(app.token_request(request, {name: value}))
    expect.allowed_characters(response, "error_description")


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@verifies("rfc6749/5.2/error-description-charset")
def test_scope_error_description_repeats_nothing_harmful(app, tokens, value):
    """A description keeps to the allowed characters, whatever the scope."""
    tokens = app.must_refresh(tokens)  # control: without a scope it works

    response = app.refresh(tokens, scope=value)
    must_be_refused(response, broken="rfc6749/5.2/invalid-scope")
    expect.allowed_characters(response, "error_description")


@pytest.mark.parametrize("ask", EVERY.values(), ids=EVERY)
@verifies("rfc6749/5.2/error-uri-syntax")
def test_error_page_is_a_uri(app, ask):
    """An error's page, if it has one, is a URI reference."""
    response = must_fail(ask(app), ask)

    expect.allowed_characters(response, "error_uri")


@pytest.mark.parametrize(
    "ask",
    [FAILURES[kind] for kind in FAILURES if kind.startswith("no ")],
    ids=[kind for kind in FAILURES if kind.startswith("no ")],
)
@verifies("rfc6749/5.2/invalid-request")
def test_missing_parameter_is_invalid_request(app, owner, ask):
    """A request that lacks a required parameter is told so."""
    app.must_obtain_tokens(owner)  # control: one that lacks none is served

    expect.error(ask(app), "invalid_request")


@pytest.mark.parametrize(
    "kind", ["unknown", "used", "another app's", "another URI's"]
)
@verifies("rfc6749/5.2/invalid-grant")
def test_bad_code_is_invalid_grant(app, other_app, owner, kind):
    """A code that is not good for this request is told so."""
    app.must_obtain_tokens(owner)  # control: a good one works
    code = app.must_authorize(owner)

    if kind == "unknown":
        response = app.exchange(code, code=MADE_UP)
    elif kind == "used":
        app.must_exchange(code)
        response = app.exchange(code)
    elif kind == "another app's":
        response = other_app.exchange(code)
    else:
        elsewhere = "https://app.example.org/elsewhere"
        response = app.exchange(code, redirect_uri=elsewhere)
    expect.error(response, "invalid_grant")


@pytest.mark.parametrize("kind", ["unknown", "revoked", "another app's"])
@verifies("rfc6749/5.2/invalid-grant")
def test_bad_refresh_token_is_invalid_grant(app, other_app, tokens, kind):
    """A refresh token that is not good for this request is told so."""
    tokens = app.must_refresh(tokens)  # control: a good one works

    if kind == "unknown":
        response = app.refresh(tokens, refresh_token=MADE_UP)
    elif kind == "revoked":
        app.must_revoke(tokens.refresh_token)
        response = app.refresh(tokens)
    else:
        response = other_app.refresh(tokens)
    expect.error(response, "invalid_grant")


@pytest.mark.parametrize("grant", MISSPELT.values(), ids=MISSPELT)
@verifies("rfc6749/5.2/unsupported-grant-type")
def test_unknown_grant_type_is_told(app, owner, grant):
    """A grant type that does not exist is told so."""
    app.must_obtain_tokens(owner)  # control: the right spelling works
    code = app.must_authorize(owner)

    expect.error(
        app.exchange(code, grant_type=grant), "unsupported_grant_type"
    )


@pytest.mark.parametrize("grant", OTHER_GRANTS)
@verifies("fittrackee/api-oauth2/token-grant-types")
def test_other_grants_are_refused(app, owner, grant):
    """A grant type that FitTrackee does not document issues nothing."""
    app.must_obtain_tokens(owner)  # control: the documented one works

    request = {"grant_type": grant, "scope": "profile:read"}
    expect.tokens_refused(app.token_request(request, OTHER_GRANTS[grant]))


@pytest.mark.parametrize("login", ["email", "name"])
@verifies("rfc9700/2.4/password-grant-refused")
def test_password_grant_is_refused(app, owner, login):
    """A user's right password issues nothing."""
    app.must_obtain_tokens(owner)  # control: a code does
    user = owner.session.user

    request = {
        "grant_type": "password",
        "username": getattr(user, login) or user.email,
        "password": user.password,
        "scope": "profile:read",
    }
    expect.tokens_refused(app.token_request(request, {}))

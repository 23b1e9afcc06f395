"""Revocation requests that are refused (RFC 7009 sections 2.1, 2.2.1)."""

import pytest

from conformance import Unsupported, expect, observe, verifies
from conformance.actors import basic
from conformance.routes import PROFILE, REVOKE

REGISTERED = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_token_type",
}
WRONG = {
    "secret": {"client_secret": "not-the-secret"},
    "no-secret": {"client_secret": None},
    "empty-secret": {"client_secret": ""},
    "unknown-client": {"client_id": "made-up-client"},
    "no-client": {"client_id": None},
    "no-credentials": {"client_id": None, "client_secret": None},
}


@verifies("rfc7009/2.1/client-authentication")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nothing_ends_without_client_authentication(app, owner, tokens, wrong):
    """A token stays alive when the client does not prove who it is."""
    app.must_revoke_others(owner)  # control: one that does can revoke
    app.must_call(tokens.access_token, PROFILE)

    expect.refused(app.revoke(tokens.access_token, **wrong))
    expect.accepted(app.call(tokens.access_token, PROFILE))


@verifies("rfc7009/2.1/client-authentication")
def test_secret_of_another_client_proves_nothing(
    app, owner, tokens, other_app
):
    """One client's secret does not authenticate another client."""
    app.must_revoke_others(owner)  # control: its own secret does
    app.must_call(tokens.access_token, PROFILE)
    mixed = {"client_secret": other_app.client_secret}

    expect.refused(app.revoke(tokens.access_token, **mixed))
    expect.accepted(app.call(tokens.access_token, PROFILE))


@verifies("rfc7009/2.2.1/invalid-client")
@pytest.mark.parametrize("case", ["secret", "no-secret", "unknown-client"])
def test_failed_authentication_is_invalid_client(app, owner, tokens, case):
    """Wrong credentials are answered with invalid_client."""
    app.must_revoke_others(owner)  # control: right ones are served
    response = app.revoke(tokens.access_token, **WRONG[case])

    expect.error(response, "invalid_client", statuses=(400, 401))


@verifies("rfc7009/2.1/bound-to-client")
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token"])
def test_foreign_tokens_survive(app, owner, tokens, other_app, hint):
    """Another client's revocation leaves both tokens alive."""
    other_app.must_revoke_others(owner)  # control: its own ones it can
    tokens = app.must_refresh(tokens)
    app.must_call(tokens.access_token, PROFILE)

    other_app.revoke(tokens.access_token, token_type_hint=hint)
    other_app.revoke(tokens.refresh_token, token_type_hint=hint)

    expect.accepted(app.call(tokens.access_token, PROFILE))
    expect.tokens(app.refresh(tokens))


@verifies("rfc7009/2.1/foreign-token-refused")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_foreign_token_is_an_error(app, owner, tokens, other_app, kind):
    """Another client's token is answered with an error."""
    other_app.must_revoke_others(owner)  # control: its own ones are not
    app.must_call(tokens.access_token, PROFILE)

    response = other_app.revoke(getattr(tokens, kind))

    expect.error(response, *sorted(REGISTERED), statuses=(400, 401, 403))


@verifies("rfc7009/2.2.1/missing-token")
def test_missing_token_is_invalid_request(app, tokens):
    """A request without a token is answered with invalid_request."""
    app.must_revoke(tokens.access_token)

    expect.error(app.revoke("", token=None), "invalid_request")


@verifies("rfc7009/2.2.1/error-is-json")
@pytest.mark.parametrize("case", ["secret", "no-credentials", "no-token"])
def test_errors_are_json(app, owner, tokens, case):
    """Every refusal is a JSON object with a registered code."""
    app.must_revoke_others(owner)  # control: a good request is served
    wrong = WRONG.get(case, {"token": None})
    response = app.revoke(tokens.access_token, **wrong)

    code = expect.json_object(response).get("error")
    expect.that(code in REGISTERED, "a registered error code", repr(code))


@verifies("rfc7009/2.1/credentials-in-body-only")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_credentials_in_the_address_do_not_count(app, owner, tokens, method):
    """A request with everything in its address revokes nothing."""
    app.must_revoke_others(owner)  # control: in the body they do
    app.must_call(tokens.access_token, PROFILE)
    query = {**app.credentials(), "token": tokens.access_token}

    app.send(method, REVOKE, params=query)

    expect.accepted(app.call(tokens.access_token, PROFILE))


@verifies("robustness/revocation-survives")
@pytest.mark.parametrize(
    "broken",
    [
        {"token": "nul\0"},
        {"token_type_hint": "nul\0"},
        {"client_id": "nul\0"},
        {"client_secret": "nul\0"},
        {"token": "x" * 100_000},
    ],
    ids=["nul", "nul-hint", "nul-client", "nul-secret", "huge"],
)
def test_malformed_request_makes_no_server_error(app, tokens, broken):
    """What no database takes is answered, not crashed on."""
    app.must_revoke(tokens.access_token)

    response = app.revoke(tokens.access_token, **broken)

    answered = response.status_code < 500
    expect.that(answered, "no server error", expect.summary(response))


@verifies("rfc7009/2.1/http-basic")
def test_http_basic_authenticates(app, owner, tokens):
    """Client credentials in the Authorization header revoke a token."""
    app.must_revoke_others(owner)  # control: in the body they do
    app.must_call(tokens.access_token, PROFILE)
    header = basic(app.client_id, app.client_secret)

    response = app.send(
        "POST", REVOKE, data={"token": tokens.access_token}, headers=header
    )

    expect.status(response, 200)
    expect.refused(app.call(tokens.access_token, PROFILE))


@verifies("rfc9110/15.5.6/allow")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_refused_method_names_those_allowed(app, tokens, method):
    """A method that is not allowed is answered with those that are."""
    app.must_revoke(tokens.access_token)

    response = app.send(method, REVOKE, data=app.credentials())

    if response.status_code != 405:
        raise Unsupported(f"{method} is answered without 405")
    allow = response.headers.get("allow", "")
    expect.that("POST" in allow, "the header Allow with POST", allow)


@verifies("rfc7009/2.1/other-content-types")
def test_json_request_may_revoke(app, tokens):
    """A revocation request in JSON may be understood."""
    app.must_call(tokens.access_token, PROFILE)
    request = {**app.credentials(), "token": tokens.access_token}

    response = app.send("POST", REVOKE, json=request)

    observe(f"a request in JSON is answered with {response.status_code}")


@verifies("rfc7009/2.2.1/repeated-token")
def test_repeated_token_may_be_refused(app, tokens):
    """Two tokens in one request may be refused."""
    app.must_call(tokens.access_token, PROFILE)

    response = app.revoke("", token=[tokens.access_token, "x" * 42])

    observe(f"two tokens at once are answered with {response.status_code}")


@verifies("rfc7009/2.3/cross-origin")
def test_scripts_of_other_origins_may_revoke(app, tokens):
    """The endpoint may be open to scripts of other origins."""
    app.must_revoke(tokens.access_token)
    asked = {
        "Origin": "https://app.example.org",
        "Access-Control-Request-Method": "POST",
    }

    response = app.send("OPTIONS", REVOKE, headers=asked)

    allowed = response.headers.get("access-control-allow-origin", "no origin")
    observe(f"cross-origin requests are allowed for {allowed}")

"""What FitTrackee documents of POST /api/oauth/revoke."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import must_succeed
from conformance.routes import PROFILE, REVOKE


@verifies("fittrackee/api-oauth2/revoke-access-token")
def test_documented_fields_revoke(app, tokens):
    """client_id, client_secret and token are enough."""
    app.must_call(tokens.access_token, PROFILE)
    form = {**app.credentials(), "token": tokens.access_token}

    expect.status(app.send("POST", REVOKE, data=form), 200)
    expect.refused(app.call(tokens.access_token, PROFILE))


@verifies("fittrackee/api-oauth2/revoke-multipart")
def test_multipart_form_revokes(app, owner, tokens):
    """The fields may come as multipart/form-data."""
    app.must_revoke_others(owner)  # control: the other kind of form works
    app.must_call(tokens.access_token, PROFILE)
    form = {**app.credentials(), "token": tokens.access_token}
    parts = {name: (None, value) for name, value in form.items()}

    expect.status(app.send("POST", REVOKE, files=parts), 200)
    expect.refused(app.call(tokens.access_token, PROFILE))


@verifies("fittrackee/api-oauth2/revoke-answer")
def test_answer_is_an_empty_object(app, tokens):
    """A revocation is answered with {}."""
    response = must_succeed(app.revoke(tokens.access_token))

    expect.status(response, 200)
    body = expect.json_object(response)
    expect.that(body == {}, "an empty JSON object", expect.summary(response))


@verifies("fittrackee/api-oauth2/revoke-error-status")
@pytest.mark.parametrize("wrong", ["token", "client_id", "client_secret"])
def test_refusals_have_the_documented_status(app, owner, tokens, wrong):
    """A request that lacks something is answered with 400 or 401."""
    app.must_revoke_others(owner)  # control: one that lacks nothing works
    app.must_call(tokens.access_token, PROFILE)

    expect.status(app.revoke(tokens.access_token, **{wrong: None}), 400, 401)


@verifies("fittrackee/api-oauth2/revoke-without-session")
def test_documented_session_errors_may_be_absent(app, tokens):
    """No user session is needed, although its errors are documented."""
    response = app.revoke(tokens.access_token)

    observe(f"without any session the answer is {response.status_code}")

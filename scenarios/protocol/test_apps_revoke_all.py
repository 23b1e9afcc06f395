"""What revoking all tokens of an app ends, and what it leaves alone."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import must_be_refused
from conformance.routes import PROFILE, app_revocation


@pytest.fixture
def strangers_tokens(app, stranger):
    """Tokens that another user granted to the app."""
    return app.must_obtain_tokens(stranger)


@verifies("fittrackee/api-oauth2/revoke-all-answer")
@pytest.mark.parametrize("tokened", [True, False], ids=["tokens", "none"])
def test_revocation_is_answered(owner, app, tokened):
    """Revoking all tokens, few or none, is answered as documented."""
    if tokened:
        app.must_obtain_tokens(owner)
    response = owner.post(app_revocation(app.id))

    expect.status(response, 200)
    body = expect.json_object(response)
    expect.that(body.get("status") == "success", "status success", body)


@verifies("fittrackee/api-oauth2/revoke-all-ends-access-tokens")
@pytest.mark.parametrize("whose", ["tokens", "strangers_tokens"])
def test_access_tokens_end(owner, app, whose, request):
    """Every access token of the app ends, whoever gave it."""
    first = request.getfixturevalue(whose).access_token
    second = app.must_obtain_tokens(owner).access_token
    for token in (first, second):
        app.must_call(token, PROFILE)
    owner.must_revoke_all(app)

    for token in (first, second):
        expect.denied(app.call(token, PROFILE))


@verifies("fittrackee/api-oauth2/revoke-all-ends-refresh-tokens")
@pytest.mark.parametrize("whose", ["tokens", "strangers_tokens"])
def test_refresh_tokens_end(owner, app, whose, request):
    """Every refresh token of the app ends, whoever gave it."""
    first = app.must_refresh(request.getfixturevalue(whose))
    second = app.must_obtain_tokens(owner)
    owner.must_revoke_all(app)

    for tokens in (first, second):
        expect.tokens_refused(app.refresh(tokens))


@verifies("fittrackee/api-oauth2/revoke-all-spares-other-apps")
def test_other_apps_keep_their_tokens(owner, app, other_app, stranger):
    """The tokens of other apps stay good, the same user's and another's."""
    theirs = stranger.must_register()
    held = [
        (one, one.must_refresh(one.must_obtain_tokens(owner)))
        for one in (other_app, theirs)
    ]
    for one, tokens in held:
        one.must_call(tokens.access_token, PROFILE)
    app.must_obtain_tokens(owner)
    owner.must_revoke_all(app)

    for one, tokens in held:
        expect.accepted(one.call(tokens.access_token, PROFILE))
        expect.tokens(one.refresh(tokens))


@verifies("fittrackee/api-oauth2/revoke-all-keeps-app")
def test_app_is_authorized_anew(owner, app, tokens):
    """After the revocation the app obtains new tokens that are good."""
    app.must_call(tokens.access_token, PROFILE)
    owner.must_revoke_all(app)
    must_be_refused(
        app.call(tokens.access_token, PROFILE),
        broken="fittrackee/api-oauth2/revoke-all-ends-access-tokens",
    )

    code = app.authorize(owner)
    expect.code(code)
    again = app.must_obtain_tokens(owner)
    expect.accepted(app.call(again.access_token, PROFILE))


@verifies("fittrackee/api-oauth2/revoke-all-and-codes")
def test_codes_at_revocation(owner, app):
    """Whether a code outlives the revocation of all tokens is noted."""
    code = app.must_authorize(owner)
    owner.must_revoke_all(app)
    response = app.exchange(code)
    worth = "tokens" if response.is_success else "nothing"
    observe(f"a code from before the revocation of all tokens gets {worth}")

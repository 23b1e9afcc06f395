"""What the deletion of an app ends, for whom, and what it leaves alone."""

import pytest

from conformance import expect, verifies
from conformance.routes import (
    PROFILE,
    app_by_client_id,
    app_by_id,
    app_deletion,
)


@pytest.fixture
def strangers_tokens(app, stranger):
    """Tokens that another user granted to the app."""
    return app.must_obtain_tokens(stranger)


@verifies("fittrackee/api-oauth2/delete-204")
def test_deletion_is_answered(owner, app):
    """The deletion of an app is answered with 204."""
    expect.status(owner.delete(app_deletion(app.id)), 204)


@verifies("fittrackee/api-oauth2/deleted-app-is-gone")
def test_deleted_app_is_gone(owner, app):
    """A deleted app is neither found nor listed, nor deleted twice."""
    owner.must_show(app)
    owner.must_get(app_by_id(app.id))
    owner.must_list(app)
    owner.must_delete(app)

    expect.refused(owner.get(app_by_client_id(app.client_id)))
    expect.refused(owner.get(app_by_id(app.id)))
    expect.refused(owner.delete(app_deletion(app.id)))
    listed = app.id in owner.app_ids()
    expect.that(not listed, "no such app in the list", "it is there")


@verifies("fittrackee/api-oauth2/delete-ends-credentials")
def test_deleted_app_gets_no_code(owner, app):
    """A deleted app cannot be authorized any more."""
    app.must_authorize(owner)
    owner.must_delete(app)

    expect.code_withheld(app.authorize(owner))


@verifies("fittrackee/api-oauth2/delete-ends-codes")
def test_codes_of_a_deleted_app(owner, app):
    """A code from before the deletion is worth nothing."""
    app.must_exchange(app.must_authorize(owner))
    code = app.must_authorize(owner)
    owner.must_delete(app)

    expect.tokens_refused(app.exchange(code))


@verifies("fittrackee/api-oauth2/delete-ends-access-tokens")
@pytest.mark.parametrize("whose", ["tokens", "strangers_tokens"])
def test_access_tokens_of_a_deleted_app(owner, app, whose, request):
    """An access token, whoever gave it, ends with its app."""
    token = request.getfixturevalue(whose).access_token
    app.must_call(token, PROFILE)
    owner.must_delete(app)

    expect.denied(app.call(token, PROFILE))


@verifies("fittrackee/api-oauth2/delete-ends-refresh-tokens")
@pytest.mark.parametrize("whose", ["tokens", "strangers_tokens"])
def test_refresh_tokens_of_a_deleted_app(owner, app, whose, request):
    """A refresh token, whoever gave it, ends with its app."""
    tokens = app.must_refresh(request.getfixturevalue(whose))
    owner.must_delete(app)

    expect.tokens_refused(app.refresh(tokens))


@verifies("fittrackee/api-oauth2/delete-spares-other-apps")
def test_other_apps_stay(owner, app, other_app):
    """Another app of the same user keeps its tokens and its code."""
    tokens = other_app.must_refresh(other_app.must_obtain_tokens(owner))
    other_app.must_call(tokens.access_token, PROFILE)
    owner.must_show(other_app)
    code = other_app.must_authorize(owner)
    owner.must_delete(app)

    expect.accepted(other_app.call(tokens.access_token, PROFILE))
    expect.tokens(other_app.refresh(tokens))
    expect.tokens(other_app.exchange(code))
    expect.success(owner.get(app_by_client_id(other_app.client_id)))


@verifies("fittrackee/api-oauth2/delete-spares-other-apps")
def test_apps_of_others_stay(owner, app, stranger):
    """Another user's app keeps the tokens that the same user gave it."""
    theirs = stranger.must_register()
    tokens = theirs.must_refresh(theirs.must_obtain_tokens(owner))
    theirs.must_call(tokens.access_token, PROFILE)
    owner.must_delete(app)

    expect.accepted(theirs.call(tokens.access_token, PROFILE))
    expect.tokens(theirs.refresh(tokens))

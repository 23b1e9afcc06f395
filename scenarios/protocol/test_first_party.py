"""Routes that only FitTrackee's own front end may use."""

import pytest

from conformance import expect, verifies
from conformance.actors import Pkce, redirect_parameters
from conformance.routes import (
    APPS,
    AUTHORIZE,
    PROFILE,
    app_by_client_id,
    app_by_id,
    app_deletion,
    app_revocation,
)


@pytest.fixture
def all_scopes(scope_tokens):
    """A token of the owner's with every scope, known to be good."""
    token = scope_tokens.everything()
    scope_tokens.app.must_call(token, PROFILE)
    return token


@verifies("fittrackee/api-oauth2/first-party-list-apps")
def test_no_token_lists_apps(app, owner, all_scopes):
    """The list of apps is not opened by any scope."""
    owner.must_get(APPS)

    expect.denied(app.call(all_scopes, APPS))


@verifies("fittrackee/api-oauth2/first-party-register-app")
def test_no_token_registers_apps(app, owner, all_scopes):
    """No scope registers an app."""
    good = owner.registration()

    response = app.call(all_scopes, APPS, "POST", json=good)

    expect.denied(response)
    names = [data["name"] for data in owner.apps()]
    expect.that(good["client_name"] not in names, "no new app", "it is there")


@verifies("fittrackee/api-oauth2/first-party-show-app")
def test_no_token_shows_an_app(app, owner, all_scopes):
    """No scope shows the app by its client identifier."""
    path = app_by_client_id(app.client_id)
    owner.must_get(path)

    expect.denied(app.call(all_scopes, path))


@verifies("fittrackee/api-oauth2/first-party-show-app-by-id")
def test_no_token_shows_an_app_by_number(app, owner, all_scopes):
    """No scope shows the app by its number."""
    path = app_by_id(app.id)
    owner.must_get(path)

    expect.denied(app.call(all_scopes, path))


@verifies("fittrackee/api-oauth2/first-party-delete-app")
def test_no_token_deletes_an_app(app, owner, all_scopes):
    """No scope deletes an app, not even one's own."""
    owner.must_delete(owner.must_register())  # control: a session does
    owner.must_get(app_by_id(app.id))
    response = app.call(all_scopes, app_deletion(app.id), "DELETE")

    expect.denied(response)
    expect.success(owner.get(app_by_id(app.id)))


@verifies("fittrackee/api-oauth2/first-party-revoke-app")
def test_no_token_revokes_all_tokens(app, owner, tokens, all_scopes):
    """No scope ends all tokens of an app."""
    owner.must_revoke_all(owner.must_register())  # control: a session does
    app.must_call(tokens.access_token, PROFILE)

    response = app.call(all_scopes, app_revocation(app.id), "POST")

    expect.denied(response)
    expect.accepted(app.call(tokens.access_token, PROFILE))


@verifies("fittrackee/api-oauth2/first-party-authorize")
def test_no_token_authorizes_an_app(app, owner, all_scopes):
    """No scope consents in the user's name."""
    app.must_authorize(owner)
    consent = {**app.authorization(Pkce.s256()), "confirm": "true"}

    response = app.call(all_scopes, AUTHORIZE, "POST", data=consent)

    if "error" not in redirect_parameters(response):
        expect.denied(response)
    expect.code_withheld(response)

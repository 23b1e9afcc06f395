"""Nobody gets at another user's apps, through any route, with any id."""

import secrets

import pytest

from conformance import expect, verifies
from conformance.actors import must_be_refused, must_hold
from conformance.routes import (
    APPS,
    PROFILE,
    app_by_client_id,
    app_by_id,
    app_deletion,
    app_revocation,
)

BY_CLIENT_ID = {
    "as it is": "{client_id}",
    "with a slash": "{client_id}/",
    "number instead": "{id}",
    "twice": "{client_id}%2f{client_id}",
    "dots": "x%2f..%2f{client_id}",
    "nul": "{client_id}%00",
    "spaces": "%20{client_id}%20",
    "wildcard": "%25",
    "with a user": "{client_id}?user_id={user}&user={user}",
}
BY_NUMBER = {
    "as it is": "{id}/by_id",
    "leading zeros": "000{id}/by_id",
    "plus": "+{id}/by_id",
    "with a slash": "{id}/by_id/",
    "fraction": "{id}.0/by_id",
    "spaces": "%20{id}/by_id",
    "client id instead": "{client_id}/by_id",
    "with a user": "{id}/by_id?user_id={user}&user={user}",
}


@pytest.fixture
def app(owner):
    """An app whose redirection URI nothing else holds."""
    host = f"{secrets.token_hex(8)}.example.org"
    return owner.must_register(redirect_uris=[f"https://{host}/callback"])


def must_be_there(owner, app):
    """Make sure that the owner has the app, by each route, and it works."""
    shown = owner.must_show(app)
    must_hold(
        shown.get("name") == app.name,
        f"the app {app.name}",
        f"the app {shown.get('name')}",
        verb="must_be_there",
    )
    owner.must_get(app_by_id(app.id))
    app.must_authorize(owner)


def is_still_there(owner, app):
    """Demand that the owner still has the app, and that it works."""
    shown = expect.app_shown(owner.get(app_by_client_id(app.client_id)))
    expect.that(shown["name"] == app.name, app.name, shown["name"])
    expect.code(app.authorize(owner))


def path_to(owner, app, template):
    """Fill in what a path is made of."""
    filled = template.format(
        client_id=app.client_id, id=app.id, user=owner.username
    )
    return f"{APPS}/{filled}"


@verifies("fittrackee/api-oauth2/isolation-list")
@pytest.mark.parametrize(
    "query", ["", "user_id={user}", "user={user}", "username={user}", "all=1"]
)
def test_list_shows_own_apps_only(owner, stranger, app, query):
    """The list of one user holds nothing of another's."""
    owner.must_list(app)
    stranger.must_list(stranger.must_register())
    first = stranger.get(f"{APPS}?{query.format(user=owner.username)}")

    expect.reveals_none_of(first, app.client_id, app.redirect_uri)
    theirs = stranger.app_ids()
    expect.that(app.id not in theirs, "no such app", "the owner's app")


@verifies("fittrackee/api-oauth2/isolation-by-client-id")
@pytest.mark.parametrize("case", BY_CLIENT_ID)
def test_app_is_not_shown_by_client_id(owner, stranger, app, case):
    """Another user's app is not shown by its client id."""
    must_be_there(owner, app)
    path = path_to(owner, app, BY_CLIENT_ID[case])
    response = stranger.get(path)

    expect.that(
        app.redirect_uri not in response.text,
        "a response that reveals nothing of the app",
        expect.summary(response),
    )
    if case == "as it is":
        expect.refused(response)


@verifies("fittrackee/api-oauth2/isolation-by-number")
@pytest.mark.parametrize("case", BY_NUMBER)
def test_app_is_not_shown_by_number(owner, stranger, app, case):
    """Another user's app is not shown by its number."""
    must_be_there(owner, app)
    path = path_to(owner, app, BY_NUMBER[case])
    response = stranger.get(path)

    expect.that(
        app.redirect_uri not in response.text,
        "a response that reveals nothing of the app",
        expect.summary(response),
    )
    if case == "as it is":
        expect.refused(response)


@verifies("fittrackee/api-oauth2/isolation-no-oracle")
@pytest.mark.parametrize(
    "route",
    ["GET {client_id}", "GET {id}/by_id", "DELETE {id}", "POST {id}/revoke"],
)
def test_another_users_app_does_not_exist(owner, stranger, app, route):
    """Another user's app is answered like one that does not exist."""
    must_be_there(owner, app)
    method, path = route.split(" ")
    foreign = path.format(client_id=app.client_id, id=app.id)
    missing = path.format(client_id="x" * 24, id=2**31 - 1)
    came = stranger.request(method, f"{APPS}/{foreign}")
    control = stranger.request(method, f"{APPS}/{missing}")

    must_be_refused(control, broken="fittrackee/api-oauth2/unknown-app-404")
    expect.that(
        (came.status_code, came.text) == (control.status_code, control.text),
        expect.summary(control),
        expect.summary(came),
    )


@verifies("fittrackee/api-oauth2/isolation-delete")
@pytest.mark.parametrize("path", ["{id}", "000{id}", "{client_id}"])
def test_another_users_app_is_not_deleted(owner, stranger, app, tokens, path):
    """Nobody deletes another user's app."""
    target = path.format(client_id=app.client_id, id=app.id)
    stranger.must_delete(stranger.must_register())  # control
    must_be_there(owner, app)
    app.must_call(tokens.access_token, PROFILE)

    expect.refused(stranger.delete(f"{APPS}/{target}"))
    is_still_there(owner, app)
    expect.accepted(app.call(tokens.access_token, PROFILE))


@verifies("fittrackee/api-oauth2/isolation-revoke-all")
def test_another_users_tokens_are_not_revoked(stranger, app, tokens):
    """Nobody revokes the tokens of another user's app."""
    stranger.must_revoke_all(stranger.must_register())  # control
    tokens = app.must_refresh(tokens)
    app.must_call(tokens.access_token, PROFILE)

    response = stranger.post(app_revocation(app.id))
    expect.accepted(app.call(tokens.access_token, PROFILE))
    expect.tokens(app.refresh(tokens))
    expect.refused(response)


@verifies("fittrackee/api-oauth2/isolation-consenting-user")
def test_consent_gives_no_say_over_the_app(owner, stranger, app, tokens):
    """Whoever consented to an app can neither see, revoke nor delete it."""
    must_be_there(owner, app)
    own = stranger.must_register()
    stranger.must_list(own)
    stranger.must_revoke_all(own)  # control: each route serves its owner
    stranger.must_delete(own)
    app.must_call(tokens.access_token, PROFILE)
    theirs = app.must_obtain_tokens(stranger)
    app.must_call(theirs.access_token, PROFILE)

    for method, path in (
        ("GET", app_by_client_id(app.client_id)),
        ("GET", app_by_id(app.id)),
        ("POST", app_revocation(app.id)),
        ("DELETE", app_deletion(app.id)),
    ):
        expect.refused(stranger.request(method, path))
    expect.that(
        app.id not in stranger.app_ids(), "no such app", "the owner's app"
    )
    expect.accepted(app.call(tokens.access_token, PROFILE))
    is_still_there(owner, app)

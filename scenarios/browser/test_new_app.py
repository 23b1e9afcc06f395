"""Registering an app in the browser."""

import pytest

from conformance import expect, verifies
from conformance.actors import must_hold
from conformance.actors.pages import CreatedPage, LoginPage, NewAppPage

SCOPE = "profile:read workouts:read"


@pytest.fixture
def created(visitor, owner, instance, callback):
    """The page that follows a registration in the browser."""
    login, form = LoginPage(visitor), NewAppPage(visitor)
    login.open()
    login.log_in(instance.owner)
    form.open()
    name = owner.registration()["client_name"]
    form.register(name=name, redirect_uri=callback.url, scope=SCOPE)
    page = CreatedPage(visitor)
    page.wait()
    page.name = name
    return page


@verifies("fittrackee/oauth/registration-shows-credentials")
def test_credentials_are_shown(visitor, created, owner):
    """The page after a registration shows the client id and a secret."""
    registered = [a for a in owner.apps() if a["name"] == created.name]
    must_hold(
        len(registered) == 1,
        "one app of that name in the list",
        f"{len(registered)} apps",
        verb="must_be_listed",
    )
    client_id = registered[0].get("client_id")
    must_hold(client_id, "its client id", "none", verb="must_be_listed")
    visitor.picture("The registered app", hide=[created.secret])

    expect.that(
        client_id in created.shown(), "the client id", f"{client_id} missing"
    )
    expect.that(created.secret_text(), "a client secret", "none is shown")


@verifies("fittrackee/oauth/secret-is-shown-once")
def test_secret_is_not_shown_again(visitor, created):
    """Coming back to the app's page no longer shows the secret."""
    secret = created.secret_text()
    must_hold(
        secret, "a client secret at first", "none is shown", verb="must_show"
    )

    created.open_again()
    visitor.picture("The same page, loaded again", hide=[created.secret])
    again = visitor.page.content()
    expect.that(secret not in again, "no secret", "the secret is shown again")

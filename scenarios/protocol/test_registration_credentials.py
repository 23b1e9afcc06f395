"""The identifier and the secret that a registration gives out."""

import re

import pytest

from conformance import expect, verifies
from conformance.actors import must_have
from conformance.routes import PROFILE, app_by_client_id

VISIBLE = re.compile(r"[\x20-\x7e]+")  # RFC 6749 appendix A, VSCHAR


@verifies("rfc6749/2.2/client-id-unique")
def test_client_ids_differ(owner, stranger):
    """Four registrations alike, by two users, get four client ids."""
    sent = owner.registration()
    ids = {
        user.must_register(**sent).client_id
        for user in (owner, stranger, owner, stranger)
    }

    expect.that(len(ids) == 4, "four different client ids", f"{len(ids)}")


@verifies("rfc6749/10.10/client-secrets-differ")
def test_client_secrets_differ(owner, stranger):
    """Four registrations alike get secrets that nothing else tells."""
    sent = owner.registration()
    apps = [
        user.must_register(**sent)
        for user in (owner, stranger, owner, stranger)
    ]
    secrets = {app.client_secret for app in apps}
    halves = {app.client_secret[:12] for app in apps}

    expect.that(
        len(secrets) == len(halves) == 4,
        "four secrets that differ from their first characters on",
        f"{len(secrets)} secrets with {len(halves)} beginnings",
    )
    expect.that(
        not any(app.client_id in app.client_secret for app in apps),
        "secrets that do not hold the client id",
        "a secret that does",
    )


@verifies("rfc6749/A.1/client-id-characters")
def test_characters_of_a_client_id(app):
    """A client id is made of visible ASCII characters."""
    expect.that(
        VISIBLE.fullmatch(app.client_id),
        "visible ASCII characters",
        app.client_id,
    )


@verifies("rfc6749/A.2/client-secret-characters")
def test_characters_of_a_client_secret(app):
    """A client secret is made of visible ASCII characters."""
    expect.that(
        VISIBLE.fullmatch(app.client_secret),
        "visible ASCII characters",
        f"{len(app.client_secret)} characters",
    )


@verifies("rfc9700/4.15.1/client-id-not-chosen")
def test_client_id_cannot_be_chosen(owner, stranger):
    """A client id in the payload of a registration has no effect."""
    wanted = stranger.session.user.email
    owner.must_register()  # control
    response = owner.register(client_id=wanted)

    if response.is_success:
        came = owner.must_be_registered(response).client_id
        expect.that(came != wanted, "a client id of the server's", came)
    else:
        expect.refused(response)


@verifies("robustness/registration-protected-members")
@pytest.mark.parametrize(
    "name", ["id", "client_id", "client_secret", "user_id", "user"]
)
def test_protected_member_has_no_effect(owner, stranger, name):
    """A registration that names another user's app leaves it alone."""
    app = owner.must_register()
    app.must_obtain_tokens(owner)
    owner.must_show(app)
    stranger.must_list(stranger.must_register())
    profile = owner.must_get(PROFILE)
    mine = must_have(profile, "data", kind=dict)
    value = {
        "id": app.id,
        "client_id": app.client_id,
        "client_secret": "a-secret-of-the-attackers-choice",
        "user_id": mine.get("id", 1),
        "user": mine.get("username", "owner"),
    }[name]
    response = stranger.register(**{name: value})

    if response.is_success:
        made = stranger.must_be_registered(response)
        expect.that(
            (made.id, made.client_id) != (app.id, app.client_id)
            and made.client_secret != value,
            "an app of its own, with a secret of the server's",
            expect.summary(response),
        )
        expect.that(
            made.id in stranger.app_ids(),
            "an app of whoever registered it",
            "it is not in the list",
        )
    else:
        expect.refused(response)
    expect.tokens(app.exchange(app.must_authorize(owner)))
    kept = expect.app_shown(owner.get(app_by_client_id(app.client_id)))
    expect.that(kept["name"] == app.name, app.name, kept["name"])

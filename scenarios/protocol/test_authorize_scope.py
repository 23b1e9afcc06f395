"""The scope that an authorization request asks for (RFC 6749 3.3)."""

import pytest

from conformance import expect, verifies
from conformance.actors import Code, must_answer, redirect_parameters
from conformance.routes import PROFILE, USERS
from conformance.samples import granted_scope

STRANGE = {
    "unknown": "made-up:scope",
    "unknown action": "profile:admin",
    "everything": "*",
    "a pattern": "profile:*",
    "a part": "profile",
    "separated by a comma": "profile:read,workouts:read",
    "quoted": '"profile:read"',
    "beside a known one": "workouts:read made-up:scope",
}
BEYOND = {
    "another": "users:read",
    "one more": "profile:read users:read",
    "all in one": "profile:read workouts:read users:read",
}


@verifies("rfc6749/3.3/omitted-at-authorization")
@pytest.mark.parametrize("scope", [None, ""], ids=["missing", "empty"])
def test_no_scope(shared_app, owner, scope):
    """Without a scope there is a refusal, or a default that is told."""
    shared_app.must_authorize(owner)
    response = shared_app.authorize(owner, scope=scope)

    if granted := issued(shared_app, response):
        expect.that(
            granted.scope,
            "a default scope, named in the token response",
            "a token response without scope, or with an empty one",
        )
    else:
        expect.no_code_or_token_in(response)


@verifies("rfc6749/3.3/only-known-scope-granted")
@pytest.mark.parametrize("scope", STRANGE.values(), ids=STRANGE)
def test_strange_scope(shared_app, owner, scope):
    """No scope is granted that the server does not have."""
    granted_no_more(shared_app, owner, scope, PROFILE)


@verifies("fittrackee/oauth/scope-within-registration")
@pytest.mark.parametrize("scope", BEYOND.values(), ids=BEYOND)
def test_scope_beyond_registration(shared_app, owner, scope):
    """No scope is granted that the app was not registered for."""
    granted_no_more(shared_app, owner, scope, USERS)


@verifies("fittrackee/oauth/scopes-separated-by-spaces")
def test_scopes_separated_by_spaces(shared_app, owner):
    """Two scopes with a space between them are both granted."""
    tokens = shared_app.must_obtain_tokens(owner)

    granted = granted_scope(tokens, shared_app.scope)
    expect.that(
        granted == {"profile:read", "workouts:read"},
        "profile:read and workouts:read",
        f"scope {expect.value(tokens.scope)}",
    )


def granted_no_more(app, owner, scope, closed):
    """Demand that a request for a scope ends within the app's own.

    Args:
        app: The app that asks.
        owner: The user who consents.
        scope: What is asked for.
        closed: A path that no scope both asked for and registered opens.
    """
    app.must_call(app.must_obtain_tokens(owner).access_token, PROFILE)
    response = app.authorize(owner, scope=scope)

    # A refusal is as good. What a token is good for, the API shows: whether
    # the answer tells it too is the business of RFC 6749 section 5.1.
    if granted := issued(app, response):
        told = granted_scope(granted, "") - {""}
        expect.that(
            told <= set(app.scope.split()),
            f"a token for no more than {app.scope}",
            f"a token for {expect.listed(told)}",
        )
        answer = must_answer(app.call(granted.access_token, closed))
        expect.denied(answer)


def issued(app, response):
    """Return the tokens that the answer's code gives, None without one."""
    returned = redirect_parameters(response)
    if "code" not in returned:
        return None
    code = Code(returned["code"][0], app.redirect_uri, None)
    return app.must_exchange(code)

"""Nobody gets at another user's data through codes, tokens or sessions."""

import pytest

from conformance import Unsupported, expect, verifies
from conformance.actors import must_be_refused, must_have, must_hold
from conformance.routes import PROFILE


def must_tell_user(response):
    """Return whose profile came; Blocked when none did."""
    path = ("data", "username")
    return must_have(response, *path, kind=str, verb="must_tell_user")


def shows(app, token, name, path=PROFILE):
    """Demand that a token shows the profile of one user and no other."""
    came = must_tell_user(app.must_call(token, path))
    expect.that(came == name, f"the profile of {name}", came)


def must_show_user(app, token, name):
    """Make sure that a token shows the profile of one user."""
    response = app.must_call(token, PROFILE)
    came = must_tell_user(response)
    must_hold(
        came == name,
        f"the profile of {name}",
        f"the profile of {came}",
        response,
        verb="must_show_user",
        broken="fittrackee/api-oauth2/isolation-profile",
    )


@pytest.fixture
def names(owner, stranger):
    """The two users' names, which differ."""
    both = [owner.username, stranger.username]
    must_hold(len(set(both)) == 2, "two users", "one user", verb="names")
    return both


@pytest.fixture
def attacker(stranger):
    """An app of another user's, which works."""
    app = stranger.must_register()
    app.must_obtain_tokens(stranger)
    return app


@verifies("fittrackee/api-oauth2/isolation-code")
def test_code_for_another_users_app(owner, app, attacker):
    """An app of another user cannot exchange a code."""
    code = app.must_authorize(owner)

    expect.tokens_refused(attacker.exchange(code))


@verifies("fittrackee/api-oauth2/isolation-refresh")
def test_refresh_token_for_another_users_app(app, tokens, attacker):
    """An app of another user cannot use a refresh token."""
    fresh = app.must_refresh(tokens)  # control: refresh tokens are good

    expect.tokens_refused(attacker.refresh(fresh))


@verifies("fittrackee/api-oauth2/isolation-revoke")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_another_users_app_revokes_nothing(app, tokens, attacker, kind):
    """An app of another user cannot revoke tokens."""
    tokens = app.must_refresh(tokens)
    app.must_call(tokens.access_token, PROFILE)
    attacker.revoke(getattr(tokens, kind))

    expect.accepted(app.call(tokens.access_token, PROFILE))
    expect.tokens(app.refresh(tokens))


@verifies("fittrackee/api-oauth2/isolation-secret")
@pytest.mark.parametrize("grant", ["exchange", "refresh"])
def test_secret_of_another_users_app(owner, app, attacker, grant):
    """The secret of another user's app does not stand for the app's."""
    held = app.must_refresh(app.must_obtain_tokens(owner))
    good = app.must_authorize(owner) if grant == "exchange" else held
    request = getattr(app, grant)

    expect.tokens_refused(request(good, client_secret=attacker.client_secret))
    expect.tokens_refused(request(good, client_id=attacker.client_id))


@verifies("fittrackee/api-oauth2/isolation-profile")
def test_token_shows_the_consenting_user(owner, stranger, app, names):
    """Tokens of one app show each the user who gave it."""
    tokens = [app.must_obtain_tokens(user) for user in (owner, stranger)]

    for token, name in zip(tokens, names, strict=True):
        shows(app, token.access_token, name)


@verifies("fittrackee/api-oauth2/isolation-profile")
@pytest.mark.parametrize("parameter", ["user", "user_id", "username"])
def test_parameter_does_not_choose_the_user(stranger, app, names, parameter):
    """No parameter makes a token show another user's profile."""
    mine, theirs = names
    token = app.must_obtain_tokens(stranger).access_token

    must_show_user(app, token, theirs)

    shows(app, token, theirs, f"{PROFILE}?{parameter}={mine}")


@verifies("fittrackee/api-oauth2/isolation-refreshed-profile")
def test_refreshed_token_shows_the_same_user(owner, stranger, app, names):
    """A refreshed token shows the user who consented at first."""
    tokens = [app.must_obtain_tokens(user) for user in (stranger, owner)]

    for token, name in zip(tokens, reversed(names), strict=True):
        must_show_user(app, token.access_token, name)
        fresh = app.must_refresh(token)
        shows(app, fresh.access_token, name)


@verifies("fittrackee/api-oauth2/isolation-tokens-of-two-users")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_one_users_token_spares_the_others(
    owner, stranger, app, kind
):
    """One user's token ends alone when the app revokes it."""
    mine = app.must_refresh(app.must_obtain_tokens(owner))
    app.must_call(mine.access_token, PROFILE)
    theirs = app.must_obtain_tokens(stranger)
    app.must_call(theirs.access_token, PROFILE)  # control: it is good
    app.must_revoke(getattr(theirs, kind))
    if kind == "access_token":
        ended = app.call(theirs.access_token, PROFILE)
    else:
        ended = app.refresh(theirs)
    broken = f"rfc7009/2/{kind.replace('_', '-')}-revocable"
    must_be_refused(ended, broken=broken)

    expect.accepted(app.call(mine.access_token, PROFILE))
    expect.tokens(app.refresh(mine))


@verifies("fittrackee/api-oauth2/isolation-tokens-of-two-users")
def test_consent_of_one_user_spares_the_others(owner, stranger, app):
    """A user's consent leaves another's tokens and code good."""
    mine = app.must_refresh(app.must_obtain_tokens(owner))
    app.must_call(mine.access_token, PROFILE)
    code = app.must_authorize(owner)
    app.must_obtain_tokens(stranger)

    expect.accepted(app.call(mine.access_token, PROFILE))
    expect.tokens(app.exchange(code))


@verifies("fittrackee/api-oauth2/isolation-authorize-as")
@pytest.mark.parametrize(
    "parameter", ["user", "user_id", "username", "end_user", "login_hint"]
)
def test_consent_in_another_users_name(stranger, app, names, parameter):
    """A consent counts for the session's user, whatever is named."""
    mine, theirs = names
    app.must_authorize(stranger)
    code = app.must_authorize(stranger, **{parameter: mine})

    token = app.must_exchange(code).access_token
    shows(app, token, theirs)


@verifies("fittrackee/api-oauth2/isolation-mixed-credentials")
def test_session_and_token_of_two_users(owner, stranger, app, names):
    """A session beside another user's token shows nothing of its own."""
    _, theirs = names
    token = app.must_obtain_tokens(stranger).access_token
    must_show_user(app, token, theirs)
    if owner.session.style != "cookies":
        raise Unsupported("the session of this release is no cookie")
    cookies = owner.session.headers("GET")

    response = app.call(token, PROFILE, headers=cookies)
    if response.is_success:
        came = must_tell_user(response)
        expect.that(came == theirs, f"the profile of {theirs}", came)
    else:
        expect.refused(response)

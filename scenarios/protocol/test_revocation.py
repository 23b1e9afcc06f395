"""Revoking tokens: what ends, and what is answered (RFC 7009)."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import must_succeed
from conformance.routes import PROFILE

KINDS = ["access_token", "refresh_token"]
REVOKED = {
    "access_token": "the revoked access token",
    "refresh_token": "the revoked refresh token",
}
OTHER = {"access_token": "refresh_token", "refresh_token": "access_token"}


def use(app, tokens, kind):
    """Use a token for what it is for."""
    if kind == "refresh_token":
        return app.refresh(tokens)
    return app.call(tokens.access_token, PROFILE)


def must_work(app, tokens, kind):
    """Return tokens of which one kind was seen to work."""
    if kind == "refresh_token":
        return app.must_refresh(tokens)
    app.must_call(tokens.access_token, PROFILE)
    return tokens


@verifies("rfc7009/2/refresh-token-revocable", "rfc7009/2.1/form-encoded")
def test_refresh_token_can_be_revoked(app, owner):
    """A revoked refresh token brings no new tokens."""
    tokens = app.must_refresh(app.must_obtain_tokens(owner))  # control

    expect.success(app.revoke(tokens.refresh_token))
    expect.tokens_refused(app.refresh(tokens), REVOKED["refresh_token"])


@verifies("rfc7009/2/access-token-revocable")
def test_access_token_can_be_revoked(app, tokens):
    """A revoked access token does not open the API."""
    app.must_call(tokens.access_token, PROFILE)

    expect.success(app.revoke(tokens.access_token))
    response = app.call(tokens.access_token, PROFILE)
    expect.refused(response, REVOKED["access_token"])


@verifies("rfc7009/2.1/dead-at-once")
@pytest.mark.parametrize("kind", KINDS)
def test_confirmed_revocation_holds_at_once(app, tokens, kind):
    """A token is dead as soon as its revocation was confirmed."""
    tokens = must_work(app, tokens, kind)
    app.must_revoke(getattr(tokens, kind))

    expect.refused(use(app, tokens, kind), REVOKED[kind])


@verifies("rfc7009/2.2/status-200")
@pytest.mark.parametrize("kind", KINDS)
def test_success_is_200(app, tokens, kind):
    """A revocation that worked is answered with 200."""
    tokens = must_work(app, tokens, kind)

    response = must_succeed(app.revoke(getattr(tokens, kind)))
    expect.status(response, 200)


@verifies("rfc7009/2.1/right-hint")
@pytest.mark.parametrize("kind", KINDS)
def test_right_hint_revokes(app, owner, tokens, kind):
    """A token whose type is hinted is revoked."""
    app.must_revoke_others(owner)  # control: without a hint it works
    tokens = must_work(app, tokens, kind)

    expect.status(app.revoke(getattr(tokens, kind), token_type_hint=kind), 200)
    expect.refused(use(app, tokens, kind), REVOKED[kind])


@verifies("rfc7009/2.1/wrong-hint")
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_hint_revokes_too(app, owner, tokens, kind):
    """A token is found although the other type is hinted."""
    app.must_revoke_others(owner)  # control: without a hint it works
    tokens = must_work(app, tokens, kind)
    hint = OTHER[kind]

    expect.status(app.revoke(getattr(tokens, kind), token_type_hint=hint), 200)
    expect.refused(use(app, tokens, kind), REVOKED[kind])


@verifies("rfc7009/2.2/unknown-hint")
@pytest.mark.parametrize(
    "hint", ["id_token", "ACCESS_TOKEN", "access_token refresh_token"]
)
def test_unknown_hint_is_ignored(app, owner, tokens, hint):
    """A hint that means nothing here neither stops nor spoils it."""
    app.must_revoke_others(owner)  # control: without a hint it works
    tokens = app.must_refresh(tokens)

    response = app.revoke(tokens.refresh_token, token_type_hint=hint)
    lives = app.refresh(tokens).is_success

    expect.that(
        response.status_code == 200 and not lives,
        "200, and the refresh token ends",
        f"{expect.summary(response)}; the refresh token "
        f"{'still brings new tokens' if lives else 'has ended'}",
    )


@verifies("rfc7009/2.1/refresh-ends-access")
def test_revoked_refresh_token_ends_access(app, tokens):
    """Revoking the refresh token ends the access token as well."""
    app.must_call(tokens.access_token, PROFILE)
    app.must_revoke(tokens.refresh_token)

    response = app.call(tokens.access_token, PROFILE)
    expect.refused(response, "the access token of the same grant")


@verifies("rfc7009/2.1/access-ends-refresh")
def test_revoked_access_token_may_end_refresh(app, tokens):
    """Revoking the access token may end the refresh token."""
    app.must_call(tokens.access_token, PROFILE)
    app.must_revoke(tokens.access_token)

    ended = app.refresh(tokens).status_code != 200
    observe(f"the refresh token {'ended too' if ended else 'lives on'}")


@verifies("rfc7009/2.2/unknown-token")
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token"])
@pytest.mark.parametrize(
    "token",
    ["x" * 42, "made-up", "a.b.c", "t" * 4000, "é%00'\"<>"],
    ids=["plausible", "short", "jwt", "long", "odd"],
)
def test_unknown_token_is_no_error(app, owner, token, hint):
    """A token that was never issued is answered with 200."""
    app.must_revoke_others(owner)  # control: one that was issued is, too

    expect.status(app.revoke(token, token_type_hint=hint), 200)


@verifies("rfc7009/2.2/repeated")
@pytest.mark.parametrize("kind", KINDS)
def test_revoking_again_is_no_error(app, tokens, kind):
    """A token can be revoked twice; both answers are 200."""
    app.must_revoke(getattr(tokens, kind))

    expect.status(app.revoke(getattr(tokens, kind)), 200)


@verifies("rfc7009/2.1/unknown-parameters")
def test_unknown_parameter_is_ignored(app, owner, tokens):
    """A parameter that nobody knows does not stop the revocation."""
    app.must_revoke_others(owner)  # control: without it it works
    tokens = app.must_refresh(tokens)

    expect.status(app.revoke(tokens.refresh_token, made_up="1"), 200)
    expect.tokens_refused(app.refresh(tokens))


@verifies("rfc7009/2.1/spares-other-users")
def test_other_users_tokens_stay(app, owner, stranger):
    """One user's revoked token leaves another user's tokens alive."""
    mine = app.must_obtain_tokens(owner)
    theirs = app.must_refresh(app.must_obtain_tokens(stranger))
    app.must_call(theirs.access_token, PROFILE)
    app.must_revoke(mine.refresh_token)

    expect.accepted(app.call(theirs.access_token, PROFILE))
    expect.tokens(app.refresh(theirs))

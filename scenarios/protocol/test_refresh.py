"""What a refresh token is good for (RFC 6749 section 6)."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import must_have
from conformance.routes import PROFILE
from conformance.samples import MADE_UP, VARIATIONS

UNAUTHENTICATED = {
    "no secret": {"client_secret": None},
    "an empty secret": {"client_secret": ""},
    "no client id": {"client_id": None},
    "no credentials": {"client_id": None, "client_secret": None},
}


@verifies("rfc6749/6/refresh-gives-access-token")
def test_refresh_gives_an_access_token(app, tokens):
    """A refresh token gives an access token that opens the API."""
    app.must_call(tokens.access_token, PROFILE)  # control: the first one does
    response = app.refresh(tokens)

    expect.tokens(response)
    token = expect.member(response, "access_token")
    expect.accepted(app.call(token, PROFILE))


@verifies("rfc6749/6/refresh-token-bound-to-client")
def test_refresh_token_is_refused_to_another_app(other_app, owner, tokens):
    """An app cannot use the refresh token of another app."""
    theirs = other_app.must_obtain_tokens(owner)
    other_app.must_refresh(theirs)  # control: the other app can refresh

    expect.tokens_refused(other_app.refresh(tokens))


@verifies("rfc6749/6/refresh-token-bound-to-client")
def test_refresh_token_is_refused_to_an_app_of_another_user(tokens, stranger):
    """An app of a stranger's cannot use the owner's refresh token."""
    foreign = stranger.must_register()
    theirs = foreign.must_obtain_tokens(stranger)
    foreign.must_refresh(theirs)  # control: the other app can refresh

    expect.tokens_refused(foreign.refresh(tokens))


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
@verifies("rfc6749/6/refresh-token-verified")
def test_almost_a_refresh_token_is_refused(app, tokens, vary):
    """A value that differs a little from a refresh token gets nothing."""
    tokens = app.must_refresh(tokens)  # control: the refresh works

    almost = vary(tokens.refresh_token)
    expect.tokens_refused(app.refresh(tokens, refresh_token=almost))


@pytest.mark.parametrize("kind", ["access token", "code"])
@verifies("rfc6749/6/refresh-token-verified")
def test_another_secret_is_no_refresh_token(app, owner, tokens, kind):
    """An access token or a code presented as a refresh token gets nothing."""
    tokens = app.must_refresh(tokens)  # control: the refresh works
    code = app.must_authorize(owner)

    other = {"access token": tokens.access_token, "code": code.value}[kind]
    expect.tokens_refused(app.refresh(tokens, refresh_token=other))


@pytest.mark.parametrize(
    "missing", UNAUTHENTICATED.values(), ids=UNAUTHENTICATED
)
@verifies("rfc6749/6/client-authentication-required")
def test_refresh_needs_client_authentication(app, tokens, missing):
    """A refresh token alone gives no tokens."""
    tokens = app.must_refresh(tokens)  # control: with credentials it does

    expect.tokens_refused(app.refresh(tokens, **missing))


@pytest.mark.parametrize("whose", ["nobody's", "another app's"])
@verifies("rfc6749/6/client-secret-verified")
def test_refresh_needs_the_right_secret(app, other_app, tokens, whose):
    """A refresh token with a wrong secret gives no tokens."""
    tokens = app.must_refresh(tokens)  # control: with the secret it does

    wrong = MADE_UP if whose == "nobody's" else other_app.client_secret
    expect.tokens_refused(app.refresh(tokens, client_secret=wrong))


@verifies("rfc6749/6/client-secret-verified")
def test_refresh_needs_the_whole_secret(app, tokens):
    """A refresh token with almost the secret gives no tokens."""
    for vary in VARIATIONS.values():
        tokens = app.must_refresh(tokens)  # control: with the secret it does
        almost = vary(app.client_secret)
        expect.tokens_refused(app.refresh(tokens, client_secret=almost))


@verifies("rfc6749/6/refresh-token-rotated")
def test_new_refresh_token_comes_with_a_refresh(app, tokens):
    """Whether a refresh gives a new refresh token is noted."""
    response = app.refresh(tokens)
    must_have(response, "access_token", verb="must_refresh")

    observe(_replacement(response, tokens))


@verifies(
    "rfc6749/6/old-refresh-token-refused",
    "rfc9700/4.14.2/refresh-token-rotation",
)
def test_replaced_refresh_token_is_tried_again(app, tokens):
    """Whether a replaced refresh token still works is noted."""
    app.must_refresh(tokens)  # control: it was good

    again = app.refresh(tokens).is_success
    observe(f"a replaced refresh token {'still works' if again else 'ends'}")


@verifies("rfc9700/4.14.2/replay-ends-family")
def test_replay_of_a_refresh_token_is_noticed(app, tokens):
    """Whether the replay of a refresh token ends its successor is noted."""
    successor = app.must_refresh(app.must_refresh(tokens))  # control

    app.refresh(tokens)
    alive = app.refresh(successor).is_success
    observe(
        f"after a replay the newest token {'lives on' if alive else 'ends'}"
    )


def _replacement(response, tokens):
    new = expect.member(response, "refresh_token")
    if new is None:
        return "a refresh gives no refresh token"
    return "the same one" if new == tokens.refresh_token else "a new one"

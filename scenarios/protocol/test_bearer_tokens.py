"""Which strings are access tokens, and which are not."""

import pytest

from conformance import Unsupported, expect, observe, verifies
from conformance.actors import Pkce
from conformance.routes import (
    APPS,
    PROFILE,
    WORKOUTS,
    app_by_client_id,
    app_by_id,
)

MADE_UP = {
    "plausible": "x" * 42,
    "short": "x",
    "word": "null",
    "wildcard": "%",
    "quotes": "'/**/or/**/'1'='1",
    "long": "x" * 4000,
    "unsigned-jwt": "eyJhbGciOiJub25lIn0.eyJzdWIiOjEsImV4cCI6OTk5OX0.",
}
CHANGES = {
    "cut": lambda token: token[:-1],
    "extended": lambda token: f"{token}x",
    "padded": lambda token: f"{token}=",
    "last-character": lambda token: f"{token[:-1]}{'ab'[token[-1] == 'a']}",
    "case": str.swapcase,
    "reversed": lambda token: token[::-1],
}


@verifies("rfc6749/7/unknown-token")
@pytest.mark.parametrize("token", MADE_UP.values(), ids=MADE_UP)
def test_made_up_token_opens_nothing(app, tokens, token):
    """A made-up token does not open the API."""
    app.must_call(tokens.access_token, PROFILE)

    expect.refused(app.call(token, PROFILE))


@verifies("rfc6749/7/unknown-token")
def test_made_up_token_opens_no_workouts(app, tokens):
    """A made-up token does not open the workouts."""
    app.must_call(tokens.access_token, WORKOUTS)

    expect.refused(app.call("x" * 42, WORKOUTS))


@verifies("rfc6749/7/unknown-token")
def test_made_up_token_opens_nothing_for_head(app, tokens):
    """A made-up token does not open the API for HEAD requests either."""
    app.must_call(tokens.access_token, PROFILE, "HEAD")

    expect.refused(app.call("x" * 42, PROFILE, "HEAD"))


@verifies("rfc6750/5.2/token-not-modifiable")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_token_opens_nothing(app, tokens, change):
    """A good token with a small change does not open the API."""
    app.must_call(tokens.access_token, PROFILE)

    expect.refused(app.call(change(tokens.access_token), PROFILE))


@verifies("rfc6749/1.5/refresh-token-opens-nothing")
def test_refresh_token_opens_nothing(app, tokens):
    """A refresh token is not accepted as an access token."""
    app.must_call(tokens.access_token, PROFILE)

    expect.refused(app.call(tokens.refresh_token, PROFILE))


@verifies("rfc6749/7/other-secrets")
@pytest.mark.parametrize("kind", ["code", "client_secret", "client_id"])
def test_other_secrets_open_nothing(app, owner, tokens, kind):
    """A code or a credential is not accepted as an access token."""
    app.must_call(tokens.access_token, PROFILE)
    code = app.must_authorize(owner, pkce=Pkce.s256()).value
    secret = code if kind == "code" else getattr(app, kind)

    expect.refused(app.call(secret, PROFILE))


@verifies("rfc6749/7/token-without-consent")
def test_token_without_scope_opens_nothing(scope_tokens):
    """A token to which nothing was granted does not open the API."""
    app = scope_tokens.app
    app.must_call(scope_tokens.exactly("profile:read"), PROFILE)
    token = scope_tokens.without_scope()
    if token is None:
        observe("the server issues no token without scope")
        return

    expect.refused(app.call(token, PROFILE))


@verifies("rfc6750/5.2/limited-lifetime")
def test_lifetime_is_limited(app, tokens):
    """The lifetime that the token response announces is a limited one."""
    app.must_call(tokens.access_token, PROFILE)

    seconds = tokens.body.get("expires_in")
    if seconds is None:
        raise Unsupported("the token response announces no lifetime")
    limited = isinstance(seconds, int) and 0 < seconds < 365 * 86_400
    expect.that(limited, "expires_in, below a year", repr(seconds))


@verifies("rfc6749/7/expired-token")
def test_expired_token_opens_nothing(app, tokens, age):
    """A token is over when its announced lifetime is."""
    seconds = tokens.must_tell_lifetime()
    age(app, seconds - 60)
    app.must_call(tokens.access_token, PROFILE)  # control: not yet

    age(app, 120)
    expect.refused(app.call(tokens.access_token, PROFILE))


@verifies("rfc9700/2.2.1/sender-constrained")
def test_token_alone_is_not_enough(app, tokens):
    """Whoever only has the access token cannot use it."""
    kind = str(tokens.body.get("token_type", ""))
    expect.that(
        kind.lower() != "bearer",
        "a token type that binds the token to the client",
        repr(kind),
    )
    expect.refused(app.call(tokens.access_token, PROFILE))


@verifies("rfc6749/10.3/tokens-not-shown")
def test_app_management_shows_no_tokens(app, owner, tokens):
    """Neither list nor details of an app show its tokens."""
    app.must_call(tokens.access_token, PROFILE)
    answers = [
        owner.must_get(APPS),
        owner.must_get(app_by_client_id(app.client_id)),
        owner.must_get(app_by_id(app.id)),
    ]

    for answer in answers:
        shown = tokens.access_token in answer.text
        shown = shown or tokens.refresh_token in answer.text
        expect.that(not shown, "no token of the app", expect.summary(answer))

"""How long codes and refresh tokens live."""

from conformance import expect, verifies
from conformance.samples import must_issue

DAY = 86_400.0  # seconds


@verifies("rfc6749/4.1.2/code-lifetime")
def test_code_ends_after_ten_minutes(owner, old_code):
    """A code that is older than ten minutes gets no tokens."""
    app, code = old_code
    app.must_obtain_tokens(owner)  # control: a fresh code does

    expect.tokens_refused(app.exchange(code))


@verifies("rfc6749/10.5/code-expires")
def test_code_ends_after_a_day(app, owner, age):
    """A code that is a day old gets no tokens."""
    app.must_obtain_tokens(owner)  # control: a fresh code does
    code = app.must_authorize(owner)

    age(app, DAY)
    expect.tokens_refused(app.exchange(code))


@verifies("rfc9700/4.14.2/idle-refresh-token-expires")
def test_idle_refresh_token_ends(app, tokens, age):
    """A refresh token that nobody used for ten years gets no tokens."""
    tokens = app.must_refresh(tokens)  # control: a fresh one does

    age(app, 3650 * DAY)
    expect.tokens_refused(app.refresh(tokens))


@verifies("rfc6750/5.3/short-lived-tokens")
def test_access_token_is_short_lived(app, owner):
    """The announced lifetime is an hour at most."""
    response = must_issue(app, owner, "authorization_code")

    lifetime = expect.member(response, "expires_in")
    expect.that(
        type(lifetime) is int and lifetime <= 3600,
        '"expires_in" of 3600 at most',
        repr(lifetime),
    )

"""What an authorization code is good for."""

import pytest

from conformance import expect, verifies
from conformance.actors import NO_MORE_THAN_ASKED, must_be_refused
from conformance.routes import PROFILE, WORKOUTS
from conformance.samples import VARIATIONS

FIRST = "https://app.example.org/callback"
SECOND = "https://app.example.org/other"
NARROW = "profile:read"
WIDE = "profile:read workouts:read"


@verifies("rfc6749/4.1.4/code-is-exchanged")
def test_code_is_exchanged(app, owner):
    """A code is exchanged for an access token that opens the API."""
    owner.must_get(PROFILE)  # control: it is there for its user
    response = app.exchange(app.must_authorize(owner))

    expect.tokens(response)
    token = expect.member(response, "access_token")
    expect.accepted(app.call(token, PROFILE))


@verifies("rfc6749/4.1.4/code-is-exchanged")
def test_code_is_exchanged_without_redirect_uri(app, owner):
    """A code asked for without a redirection URI is exchanged without one."""
    app.must_obtain_tokens(owner)  # control: with one it is
    code = app.must_authorize(owner, redirect_uri=None)

    expect.tokens(app.exchange(code))


@verifies("rfc6749/4.1.2/code-single-use")
def test_code_cannot_be_replayed(app, owner):
    """A second exchange of the same code is refused."""
    code = app.must_authorize(owner)
    app.must_exchange(code)  # control: the code was good

    expect.tokens_refused(app.exchange(code))


@verifies("rfc6749/4.1.2/code-reuse-ends-access-token")
def test_replay_of_a_code_ends_its_access_token(app, owner):
    """A code that comes back takes the access token with it."""
    code = app.must_authorize(owner)
    tokens = app.must_exchange(code)
    app.must_call(tokens.access_token, PROFILE)  # control: it was good

    app.exchange(code)
    response = app.call(tokens.access_token, PROFILE)
    expect.denied(response, "the access token of a code that was used twice")


@verifies("rfc6749/4.1.2/code-reuse-ends-refresh-token")
def test_replay_of_a_code_ends_its_refresh_token(app, owner):
    """A code that comes back takes the refresh token with it."""
    app.must_refresh(app.must_obtain_tokens(owner))  # control: refresh works
    code = app.must_authorize(owner)
    tokens = app.must_exchange(code)

    app.exchange(code)
    response = app.refresh(tokens)
    expect.tokens_refused(
        response, "the refresh token of a code that was used twice"
    )


@verifies("rfc6749/4.1.2/code-charset")
def test_code_is_printable(app, owner):
    """An issued code holds printable ASCII characters only."""
    code = app.must_authorize(owner).value

    expect.that(
        all(" " <= character <= "~" for character in code),
        "a code of the characters %x20-7E",
        f"{len(code)} characters",
    )


@verifies("rfc6749/4.1.3/code-bound-to-client")
def test_code_is_refused_to_another_app_of_the_user(app, other_app, owner):
    """An app cannot exchange the code of another app of the same user."""
    other_app.must_obtain_tokens(owner)  # control: its credentials are good
    code = app.must_authorize(owner)

    expect.tokens_refused(other_app.exchange(code))


@verifies("rfc6749/4.1.3/code-bound-to-client")
def test_code_is_refused_to_an_app_of_another_user(app, owner, stranger):
    """An app that a stranger registered cannot exchange the owner's code."""
    foreign = stranger.must_register()
    foreign.must_obtain_tokens(stranger)  # control: its credentials are good
    code = app.must_authorize(owner)

    expect.tokens_refused(foreign.exchange(code))


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
@verifies("rfc6749/4.1.3/code-verified")
def test_almost_a_code_is_refused(app, owner, vary):
    """A value that differs a little from an issued code gets nothing."""
    app.must_obtain_tokens(owner)  # control: the exchange works
    code = app.must_authorize(owner)

    expect.tokens_refused(app.exchange(code, code=vary(code.value)))


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@verifies("rfc6749/4.1.3/code-verified")
def test_a_token_is_no_code(app, owner, kind):
    """A token presented as a code gets nothing."""
    tokens = app.must_obtain_tokens(owner)  # control: the exchange works
    code = app.must_authorize(owner)

    expect.tokens_refused(app.exchange(code, code=getattr(tokens, kind)))


@verifies("rfc6749/4.1.3/redirect-uri-required")
def test_redirect_uri_cannot_be_left_out(app, owner):
    """A URI that the authorization request named is missed."""
    app.must_obtain_tokens(owner)  # control: the exchange works with it
    code = app.must_authorize(owner)

    expect.tokens_refused(app.exchange(code, redirect_uri=None))


@pytest.mark.parametrize(
    "changed",
    [
        SECOND,
        f"{FIRST}/",
        f"{FIRST}/deeper",
        f"{FIRST}?a=b",
        f"{FIRST}#a",
        FIRST.upper(),
        FIRST.replace("https", "http"),
        FIRST.replace("app.example", "evil.example"),
        FIRST.replace(".org/", ".org:443/"),
        FIRST.replace("callback", "%63allback"),
        FIRST.replace("/callback", "/./callback"),
        f" {FIRST}",
    ],
    ids=[
        "another registered URI",
        "slash",
        "path below",
        "query",
        "fragment",
        "upper case",
        "scheme",
        "host",
        "default port",
        "percent-encoding",
        "dot segment",
        "space",
    ],
)
@verifies("rfc6749/4.1.3/redirect-uri-identical")
def test_redirect_uri_cannot_be_changed(owner, changed):
    """A URI other than that of the authorization request is refused."""
    app = owner.must_register(redirect_uris=[FIRST, SECOND])
    app.must_obtain_tokens(owner)  # control: the exchange works unchanged
    code = app.must_authorize(owner, redirect_uri=FIRST)

    expect.tokens_refused(app.exchange(code, redirect_uri=changed))


@verifies("rfc6749/10.6/redirect-uri-of-the-code")
def test_redirect_uri_cannot_be_made_up_afterwards(app, owner):
    """A URI named only with the code has to be the one it was sent to."""
    code = app.must_authorize(owner, redirect_uri=None)
    app.must_exchange(code)  # control: without a URI the exchange works
    code = app.must_authorize(owner, redirect_uri=None)

    made_up = "https://evil.example.org/callback"
    expect.tokens_refused(app.exchange(code, redirect_uri=made_up))


@verifies("rfc6749/3.3/exchange-does-not-widen")
def test_scope_cannot_be_widened_with_the_code(app, owner):
    """A scope sent with the code gives no more than was consented to."""
    full = app.must_obtain_tokens(owner)
    app.must_call(full.access_token, WORKOUTS)  # control: WIDE opens
    less = app.must_obtain_tokens(owner, scope=NARROW)
    response = app.call(less.access_token, WORKOUTS)
    must_be_refused(response, broken=NO_MORE_THAN_ASKED)
    code = app.must_authorize(owner, scope=NARROW)

    response = app.exchange(code, scope=WIDE)
    token = expect.member(response, "access_token")
    expect.refused(app.call(token or "none", WORKOUTS))

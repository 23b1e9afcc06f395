"""How an app proves at the token endpoint which app it is."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import basic
from conformance.samples import (
    GRANTS,
    MADE_UP,
    UNAUTHENTICATED,
    VARIATIONS,
    request_tokens,
)

WITHOUT = {
    "no secret": {"client_secret": None},
    "an empty secret": {"client_secret": ""},
    "no client id": {"client_id": None},
    "no credentials": {"client_id": None, "client_secret": None},
}
WRONG = {
    "a made-up secret": lambda _app: {"client_secret": MADE_UP},
    "the client id as secret": lambda app: {"client_secret": app.client_id},
    "the client id's case swapped": lambda app: {
        "client_id": app.client_id.swapcase()
    },
}


@pytest.mark.parametrize("grant", GRANTS)
@verifies("fittrackee/oauth/client-credentials-in-body")
def test_credentials_in_the_body_authenticate(app, owner, grant):
    """Client id and secret in the body are enough."""
    expect.tokens(request_tokens(app, owner, grant))


@pytest.mark.parametrize("missing", WITHOUT.values(), ids=WITHOUT)
@verifies("rfc6749/3.2.1/client-authentication-required")
def test_code_needs_client_authentication(app, owner, missing):
    """A code alone gives no tokens."""
    app.must_obtain_tokens(owner)  # control: with credentials it does
    code = app.must_authorize(owner)

    expect.tokens_refused(app.exchange(code, **missing))


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@verifies("rfc6749/4.1.3/client-secret-verified")
def test_code_needs_the_right_credentials(app, owner, wrong):
    """A code with wrong credentials gives no tokens."""
    app.must_obtain_tokens(owner)  # control: with the right ones it does
    code = app.must_authorize(owner)

    expect.tokens_refused(app.exchange(code, **wrong(app)))


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
@verifies("rfc6749/4.1.3/client-secret-verified")
def test_code_needs_the_whole_secret(app, owner, vary):
    """A code with almost the secret gives no tokens."""
    app.must_obtain_tokens(owner)  # control: with the secret it does
    code = app.must_authorize(owner)

    almost = vary(app.client_secret)
    expect.tokens_refused(app.exchange(code, client_secret=almost))


@verifies("rfc6749/4.1.3/client-secret-verified")
def test_code_needs_the_secret_of_its_own_app(app, other_app, owner):
    """A code with the secret of another app gives no tokens."""
    other_app.must_obtain_tokens(owner)  # control: that secret is good
    code = app.must_authorize(owner)

    secret = other_app.client_secret
    expect.tokens_refused(app.exchange(code, client_secret=secret))


@pytest.mark.parametrize("moved", ["client_secret", "both"])
@verifies("rfc6749/2.3.1/credentials-not-in-uri")
def test_credentials_in_the_uri_do_not_authenticate(app, owner, moved):
    """Credentials in the request URI give no tokens."""
    app.must_obtain_tokens(owner)  # control: in the body they do
    code = app.must_authorize(owner)

    names = ["client_id", "client_secret"] if moved == "both" else [moved]
    in_uri = {name: app.credentials()[name] for name in names}
    expect.tokens_refused(
        app.token_request(
            app.code_grant(code), dict.fromkeys(names), params=in_uri
        )
    )


@pytest.mark.parametrize("ask", UNAUTHENTICATED.values(), ids=UNAUTHENTICATED)
@verifies("rfc6749/5.2/invalid-client")
def test_failed_authentication_is_invalid_client(app, owner, ask):
    """An app that does not authenticate is told so."""
    app.must_obtain_tokens(owner)  # control: one that does is served

    expect.error(ask(app), "invalid_client", statuses=(400, 401))


@pytest.mark.parametrize("ask", UNAUTHENTICATED.values(), ids=UNAUTHENTICATED)
@verifies("rfc6749/5.2/unauthorized-names-a-scheme")
def test_unauthorized_names_a_scheme(app, ask):
    """A 401 answer says how to authenticate."""
    response = ask(app)

    if response.status_code != 401:
        observe(f"answered {response.status_code}: no scheme is asked for")
    expect.that(
        response.status_code != 401 or "www-authenticate" in response.headers,
        "a WWW-Authenticate header with every 401",
        f"{response.status_code} without one",
    )


@verifies("rfc6749/2.3.1/basic-supported")
def test_basic_authenticates(app, owner):
    """An app can authenticate with HTTP Basic."""
    app.must_obtain_tokens(owner)  # control: its credentials are good
    code = app.must_authorize(owner)

    header = basic(app.client_id, app.client_secret)
    expect.tokens(_with_header_alone(app, code, header))


@verifies("rfc6749/5.2/basic-refused-with-401")
def test_failed_basic_is_challenged(app, owner):
    """A wrong secret in the Authorization header gets 401 and a challenge."""
    app.must_obtain_tokens(owner)  # control: the exchange works otherwise
    code = app.must_authorize(owner)

    response = _with_header_alone(app, code, basic(app.client_id, MADE_UP))
    expect.status(response, 401)
    expect.challenge(response, "Basic")


@verifies("rfc6749/2.3/one-authentication-method")
def test_two_ways_of_authentication_are_refused(app, owner):
    """Credentials in the header and in the body at once are refused."""
    app.must_obtain_tokens(owner)  # control: in the body alone they are good
    code = app.must_authorize(owner)

    header = basic(app.client_id, app.client_secret)
    expect.tokens_refused(
        app.token_request(app.code_grant(code), {}, headers=header)
    )


def _with_header_alone(app, code, header):
    absent = {"client_id": None, "client_secret": None}
    return app.token_request(app.code_grant(code), absent, headers=header)

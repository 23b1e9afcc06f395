"""The challenge in the authorization request (RFC 7636 sections 4.2-4.4)."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import Code, Pkce, must_be_tokens, redirect_parameters
from conformance.routes import METADATA

UNKNOWN = [
    "S512",
    "s256",
    "PLAIN",
    "none",
    "sha256",
    "S256 plain",
    "S256,plain",
]
MALFORMED = {
    "too short": "a" * 42,
    "too long": "a" * 129,
    "padded": f"{'a' * 43}=",
    "plus and slash": f"{'a' * 41}+/",
    "a space": f"{'a' * 21} {'a' * 21}",
    "accents": "é" * 43,
}


@verifies("rfc7636/4.4.1/unknown-method")
@pytest.mark.parametrize("method", UNKNOWN)
def test_unknown_method(shared_app, owner, method):
    """A challenge method that does not exist gets no code."""
    pkce = Pkce.s256()
    shared_app.must_authorize(owner, pkce=pkce)

    response = shared_app.authorize(
        owner, pkce=pkce, code_challenge_method=method
    )
    expect.no_code_or_token_in(response)


@verifies("rfc7636/4.4.1/unknown-method-redirected")
def test_unknown_method_reaches_the_app(shared_app, owner):
    """The app is told that its challenge method does not exist."""
    pkce = Pkce.s256()
    shared_app.must_authorize(owner, pkce=pkce)

    response = shared_app.authorize(
        owner, pkce=pkce, code_challenge_method="made_up"
    )
    expect.redirect_error(response, "invalid_request")


@verifies("rfc7636/4.2/malformed-challenge")
@pytest.mark.parametrize("challenge", MALFORMED.values(), ids=MALFORMED)
def test_malformed_challenge(shared_app, owner, challenge):
    """A challenge that no verifier can have gets no code."""
    pkce = Pkce.s256()
    shared_app.must_authorize(owner, pkce=pkce)

    response = shared_app.authorize(owner, pkce=pkce, code_challenge=challenge)
    expect.no_code_or_token_in(response)


@verifies("rfc7636/7.2/plain-refused")
def test_plain(shared_app, owner):
    """Whether the method plain gets a code is noted."""
    shared_app.must_authorize(owner, pkce=Pkce.s256())
    response = shared_app.authorize(owner, pkce=Pkce.plain())
    able = "gets a code" if "redirect_url" in response.text else "gets none"
    observe(f"the method plain {able}: {response.status_code}")


@verifies("rfc7636/4.3/default-method")
def test_missing_method_is_not_s256(shared_app, owner):
    """A challenge without a method is refused or compared as it stands."""
    pkce = Pkce.s256()
    shared_app.must_exchange(shared_app.must_authorize(owner, pkce=pkce))
    response = shared_app.authorize(
        owner, pkce=pkce, code_challenge_method=None
    )

    returned = redirect_parameters(response)
    if "code" in returned:
        code = Code(
            returned["code"][0], shared_app.redirect_uri, pkce.verifier
        )
        expect.no_token_in(shared_app.exchange(code))
    else:
        expect.no_code_or_token_in(response)


@verifies("fittrackee/oauth/method-required-with-challenge")
def test_missing_method(shared_app, owner):
    """Whether a challenge without a method is refused is noted."""
    pkce = Pkce.plain(method=None)
    shared_app.must_authorize(owner)

    response = shared_app.authorize(owner, pkce=pkce)
    granted = "code" in redirect_parameters(response)
    observe(f"a challenge without a method is refused: {not granted}")


@verifies("rfc7636/4.4/challenge-not-exposed")
def test_challenge_stays_on_the_server(shared_app, owner):
    """Neither redirection nor token response holds the challenge."""
    pkce = Pkce.s256()
    response = shared_app.must_receive_code(owner, pkce=pkce)
    returned = redirect_parameters(response)
    code = Code(returned["code"][0], shared_app.redirect_uri, pkce.verifier)
    tokens = shared_app.exchange(code)
    must_be_tokens(tokens)

    for answer in (response, tokens):
        sent = f"{answer.headers} {answer.text}"
        expect.that(
            pkce.challenge not in sent,
            "a response without the challenge",
            expect.summary(answer),
        )


@verifies("rfc9700/2.1.1/pkce-announced")
def test_metadata(shared_app, owner):
    """Whether the metadata list the challenge methods is noted."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    response = shared_app.send("GET", METADATA)
    methods = expect.member(response, "code_challenge_methods_supported")
    observe(f"code_challenge_methods_supported: {expect.value(methods)}")


@verifies("rfc9700/2.1.1/pkce-required")
def test_pkce_required(shared_app, owner):
    """Whether a request without PKCE gets a code is noted."""
    shared_app.must_authorize(owner)

    granted = "code" in redirect_parameters(shared_app.authorize(owner))
    observe(f"PKCE is required: {not granted}")


@verifies("rfc9700/2.1.1/constant-challenge")
def test_constant_challenge(shared_app, owner):
    """Whether a challenge can be used a second time is noted."""
    pkce = Pkce.s256()
    shared_app.must_authorize(owner, pkce=pkce)

    again = redirect_parameters(shared_app.authorize(owner, pkce=pkce))
    observe(f"the same challenge is accepted again: {'code' in again}")

"""The verifier in the token request (RFC 7636 sections 4.5 and 4.6)."""

import pytest

from conformance import expect, verifies
from conformance.actors import Code, Pkce, redirect_parameters
from conformance.samples import VARIATIONS

# The pair of RFC 7636 appendix B: no code of ours has computed it.
EXAMPLE = Pkce(
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
)
GOOD = {
    "43 characters": "a1" * 21 + "b",
    "128 characters": "a1" * 64,
    "every kind of character": "azAZ09-._~" * 6,
}
MALFORMED = {
    "129 characters": "a" * 129,
    "a plus sign": "a" * 42 + "+",
    "a slash": "a" * 42 + "/",
    "padding": "a" * 43 + "=",
    "a space": "a" * 42 + " ",
    "a line feed": "a" * 43 + "\n",
}
STRIPPED = {
    "neither": {},
    "method left": {"code_challenge_method": "S256"},
    "challenge emptied": {
        "code_challenge": "",
        "code_challenge_method": "S256",
    },
    "both emptied": {"code_challenge": "", "code_challenge_method": ""},
}


@verifies("rfc7636/4.2/s256", "rfc9700/2.1.1/pkce-supported")
def test_example_of_the_specification(shared_app, owner):
    """The specification's own verifier opens its own challenge."""
    plain = shared_app.must_authorize_without_pkce(owner)
    shared_app.must_exchange(plain)  # control: without PKCE it works
    code = shared_app.must_authorize(owner, pkce=EXAMPLE)

    expect.tokens(shared_app.exchange(code))


@verifies("rfc7636/4.1/verifier-lengths-accepted")
@pytest.mark.parametrize("verifier", GOOD.values(), ids=GOOD)
def test_good_verifier(shared_app, owner, verifier):
    """A verifier at the limits of the grammar gets tokens."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    code = shared_app.must_authorize(owner, pkce=Pkce.s256(verifier))

    expect.tokens(shared_app.exchange(code))


@verifies("rfc7636/4.1/short-verifier")
@pytest.mark.parametrize("length", [1, 42])
def test_short_verifier(shared_app, owner, length):
    """A verifier that is too short gets no tokens, though it fits."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    code = shared_app.must_authorize(owner, pkce=Pkce.s256("a" * length))

    expect.no_token_in(shared_app.exchange(code))


@verifies("rfc7636/4.1/malformed-verifier")
@pytest.mark.parametrize("verifier", MALFORMED.values(), ids=MALFORMED)
def test_malformed_verifier(shared_app, owner, verifier):
    """A verifier outside the grammar gets no tokens, though it fits."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    code = shared_app.must_authorize(owner, pkce=Pkce.s256(verifier))

    expect.tokens_refused(shared_app.exchange(code))


@verifies("rfc7636/4.5/verifier-needed")
@pytest.mark.parametrize("verifier", [None, ""], ids=["missing", "empty"])
def test_no_verifier(shared_app, owner, verifier):
    """A code with a challenge gets no tokens without a verifier."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    code = shared_app.must_authorize(owner)

    response = shared_app.exchange(code, code_verifier=verifier)
    expect.no_token_in(response)


@verifies("rfc7636/4.6/verifier-verified")
@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
def test_almost_the_verifier(shared_app, owner, vary):
    """A verifier that is almost right gets no tokens."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    code = shared_app.must_authorize(owner)

    wrong = vary(code.verifier)
    expect.no_token_in(shared_app.exchange(code, code_verifier=wrong))


@verifies("rfc7636/4.6/verifier-verified", "rfc7636/4.6/invalid-grant")
def test_other_verifier(shared_app, owner):
    """A well-formed verifier of another challenge is an invalid_grant."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    code = shared_app.must_authorize(owner)

    other = Pkce.s256().verifier
    response = shared_app.exchange(code, code_verifier=other)
    expect.error(response, "invalid_grant")
    expect.no_token_in(response)


@verifies("rfc7636/4.6/method-of-the-code")
@pytest.mark.parametrize(
    "method", [None, "plain", ""], ids=["no method", "plain", "empty"]
)
def test_challenge_as_verifier(shared_app, owner, method):
    """The challenge is no verifier, whatever method the token request says."""
    pkce = Pkce.s256()
    shared_app.must_exchange(shared_app.must_authorize(owner, pkce=pkce))
    code = shared_app.must_authorize(owner, pkce=pkce)

    response = shared_app.exchange(
        code,
        code_verifier=pkce.challenge,
        code_challenge=pkce.challenge,
        code_challenge_method=method,
    )
    expect.no_token_in(response)


@verifies("rfc7636/4.4/challenge-bound-to-code")
def test_verifier_of_another_code(shared_app, owner):
    """Two codes of one app do not open with each other's verifier."""
    shared_app.must_exchange(shared_app.must_authorize(owner))
    first = shared_app.must_authorize(owner)
    second = shared_app.must_authorize(owner)

    for code, other in ((first, second), (second, first)):
        wrong = other.verifier
        expect.no_token_in(shared_app.exchange(code, code_verifier=wrong))


@verifies(
    "rfc9700/4.8.2/verifier-without-challenge",
    "fittrackee/oauth/challenge-required-with-method",
)
@pytest.mark.parametrize("stripped", STRIPPED.values(), ids=STRIPPED)
def test_stripped_challenge(shared_app, owner, stripped):
    """A verifier gets no tokens where no challenge was sent."""
    plain = shared_app.must_authorize_without_pkce(owner)
    shared_app.must_exchange(plain)
    response = shared_app.authorize(owner, **stripped)

    returned = redirect_parameters(response)
    if "code" in returned:
        verifier = Pkce.s256().verifier
        code = Code(returned["code"][0], shared_app.redirect_uri, verifier)
        expect.no_token_in(shared_app.exchange(code))
    else:
        expect.no_code_or_token_in(response)

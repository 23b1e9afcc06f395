"""How the API refuses (RFC 6750 section 3)."""

import re

import pytest

from conformance import Unsupported, expect, observe, verifies
from conformance.actors import must_be_refused
from conformance.routes import APPS, PROFILE, USERS, WORKOUTS

CAUSES = ["none", "garbage", "scope"]
BROKEN = {  # by a server that serves what has to be refused
    "none": "rfc6750/3/challenge-without-credentials",
    "garbage": "rfc6749/7/unknown-token",
    "scope": "rfc6749/7/scope-covers-request",
    "refresh": "rfc6749/1.5/refresh-token-opens-nothing",
    "revoked": "rfc7009/2/access-token-revocable",
}
ONCE = {"realm", "scope", "error", "error_description", "error_uri"}
VALUES = {
    "scope": r"[\x20\x21\x23-\x5B\x5D-\x7E]*",
    "error": r"[\x20\x21\x23-\x5B\x5D-\x7E]*",
    "error_description": r"[\x20\x21\x23-\x5B\x5D-\x7E]*",
    "error_uri": r"[\x21\x23-\x5B\x5D-\x7E]*",
}


@pytest.fixture
def refusal(app, tokens):
    """How the API refuses, for each cause."""

    def ask(cause):
        app.must_call(tokens.access_token, PROFILE)
        if cause == "none":
            return app.call(None, PROFILE)
        if cause == "scope":
            return app.call(tokens.access_token, USERS)
        if cause == "refresh":
            return app.call(tokens.refresh_token, PROFILE)
        if cause == "revoked":
            app.must_revoke(tokens.access_token)
            return app.call(tokens.access_token, PROFILE)
        return app.call("x" * 42, PROFILE)

    return lambda cause: must_be_refused(ask(cause), broken=BROKEN[cause])


@verifies("rfc6750/3/challenge-without-credentials")
def test_missing_credentials_are_challenged(app, tokens):
    """A request without credentials is told how to authenticate."""
    is_challenged(app, tokens, PROFILE)


@verifies("rfc6750/3/challenge-without-credentials")
def test_missing_credentials_are_challenged_for_workouts(app, tokens):
    """A request for workouts without credentials is told how, too."""
    is_challenged(app, tokens, WORKOUTS)


def is_challenged(app, tokens, path):
    """Demand a challenge for a request that carries no token."""
    app.must_call(tokens.access_token, path)
    response = app.call(None, path)

    expect.refused(response)
    expect.challenge(response)


@verifies("rfc6750/3/challenge-for-bad-token")
@pytest.mark.parametrize("cause", ["garbage", "revoked", "refresh"])
def test_bad_token_is_challenged(refusal, cause):
    """The refusal of a bad token carries a challenge."""
    expect.challenge(refusal(cause))


@verifies("rfc6750/3/challenge-for-scope")
def test_missing_scope_is_challenged(refusal):
    """The refusal of a token of another scope carries a challenge."""
    expect.challenge(refusal("scope"))


@pytest.fixture
def challenges(refusal):
    """The challenges that come, for whichever cause."""
    refusals = [refusal(cause) for cause in CAUSES]
    found = [r for r in refusals if "www-authenticate" in r.headers]
    if not found:
        raise Unsupported("no refusal carries a challenge")
    return found


@verifies("rfc6750/3/challenge-parameters")
def test_challenge_has_scheme_and_parameter(challenges):
    """A challenge is the word Bearer with at least one parameter."""
    for response in challenges:
        header = expect.challenge(response)
        parameters = expect.challenge_attributes(response)
        expect.that(parameters, "at least one parameter", header)


@verifies("rfc6750/3/challenge-once")
def test_no_attribute_appears_twice(challenges):
    """A challenge has each of its attributes once."""
    for response in challenges:
        names = [name for name, _ in expect.challenge_attributes(response)]
        twice = {n for n in names if n in ONCE and names.count(n) > 1}
        expect.that(
            not twice, "every attribute once at most", f"twice: {twice or ''}"
        )


@verifies("rfc6750/3/challenge-characters")
def test_attributes_keep_to_their_characters(challenges):
    """The values of a challenge have allowed characters only."""
    for response in challenges:
        found = expect.challenge_attributes(response)
        bad = [n for n, v in found if not re.fullmatch(VALUES.get(n, ".*"), v)]
        expect.that(not bad, "allowed characters only", f"others in: {bad}")


@verifies("rfc6750/3/error-attribute")
@pytest.mark.parametrize("cause", ["garbage", "revoked", "scope"])
def test_challenge_says_why(refusal, cause):
    """The challenge for a refused token has an error attribute."""
    header = expect.challenge(refusal(cause))

    named = expect.challenge_parameters(header).get("error")
    expect.that(named, "an error attribute", header)


@verifies("rfc6750/3.1/no-error-without-credentials")
@pytest.mark.parametrize("header", [None, "Basic bWFkZTp1cA==", "Digest x=1"])
def test_no_token_is_no_token_error(app, tokens, header):
    """Who sent no token is not told that it is bad."""
    app.must_call(tokens.access_token, PROFILE)
    headers = {"Authorization": header} if header else {}

    response = app.send("GET", PROFILE, headers=headers)

    broken = "rfc6750/2.1/other-schemes" if header else BROKEN["none"]
    must_be_refused(response, broken=broken)
    codes = expect.error_codes(response)
    expect.that(
        not codes,
        "no error code, neither in the challenge nor in the body",
        f"{', '.join(sorted(codes))}; {expect.summary(response)}",
    )


@verifies("rfc6750/3.1/invalid-token-status")
@pytest.mark.parametrize("cause", ["garbage", "revoked", "refresh"])
def test_bad_token_is_401_invalid_token(refusal, cause):
    """A bad token is answered with 401 and invalid_token."""
    response = refusal(cause)

    expect.unauthorized(response)
    expect.bearer_error(response, "invalid_token")


@verifies("rfc6750/3.1/bad-token-not-downgraded")
def test_bad_token_makes_nobody_anonymous(app, owner, tokens):
    """What anybody may see is not shown to a revoked token."""
    path = f"{USERS}/{owner.username}"
    app.must_call(None, path)
    app.must_revoke(tokens.access_token)
    response = app.call(tokens.access_token, PROFILE)
    must_be_refused(response, broken=BROKEN["revoked"])

    expect.denied(app.call(tokens.access_token, path))


@verifies("rfc6750/3.1/insufficient-scope-status")
def test_missing_scope_is_403_insufficient_scope(refusal):
    """A token of another scope is answered with 403."""
    response = refusal("scope")

    expect.status(response, 403)
    expect.bearer_error(response, "insufficient_scope")


@verifies("rfc6750/3.1/scope-attribute")
def test_refusal_may_name_the_scope(refusal):
    """The refusal may say which scope is needed."""
    header = refusal("scope").headers.get("www-authenticate", "")
    needed = expect.challenge_parameters(header).get("scope")

    observe(f"the scope that is needed is {needed or 'not named'}")


@verifies("rfc6749/7.2/error-parameter")
@pytest.mark.parametrize("cause", ["garbage", "scope"])
def test_refused_call_names_its_error(refusal, cause):
    """The reason of a refusal is a parameter named error."""
    response = refusal(cause)

    expect.bearer_error(
        response, "invalid_request", "invalid_token", "insufficient_scope"
    )


@verifies("rfc9110/15.5.2/challenge")
@pytest.mark.parametrize("path", [APPS, WORKOUTS])
@pytest.mark.parametrize("token", [None, "x" * 42], ids=["none", "garbage"])
def test_every_401_is_challenged(app, owner, path, token):
    """A 401 says how to authenticate, on every kind of route."""
    owner.must_get(path)
    broken = BROKEN["garbage" if token else "none"]
    if path == APPS:  # which asks for a session, of whatever kind
        broken = "" if token else "fittrackee/api-oauth2/apps-session-required"
    response = must_be_refused(app.call(token, path), broken=broken)

    header = response.headers.get("www-authenticate", "")
    expect.that(
        header or response.status_code != 401,
        "a WWW-Authenticate header with every 401",
        f"{response.status_code} with {header or 'none'}",
    )

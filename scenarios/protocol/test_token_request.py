"""How the token endpoint reads a request (RFC 6749 section 3.2)."""

import pytest

from conformance import expect, verifies
from conformance.actors import encode, must_be_refused
from conformance.routes import TOKEN, WORKOUTS
from conformance.samples import MADE_UP

REPEATED = [
    "grant_type",
    "code",
    "redirect_uri",
    "client_id",
    "client_secret",
    "code_verifier",
]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@verifies("rfc6749/3.2/post-only")
def test_tokens_are_issued_for_post_only(app, owner, method):
    """A good token request by another method than POST issues nothing."""
    app.must_obtain_tokens(owner)  # control: POST issues tokens
    request = {
        **app.code_grant(app.must_authorize(owner)),
        **app.credentials(),
    }

    if method == "GET":
        response = app.send("GET", TOKEN, params=request)
    else:
        body, headers = encode(request, {})
        response = app.send(method, TOKEN, content=body, headers=headers)
    expect.no_token_in(response)


@pytest.mark.parametrize("name", ["code", "code_verifier"])
@verifies("rfc6749/4.1.3/parameters-in-the-body")
def test_exchange_reads_the_body_alone(app, owner, name):
    """A secret parameter that stands in the URI is not used."""
    app.must_obtain_tokens(owner)  # control: in the body it works
    request = app.code_grant(app.must_authorize(owner))

    expect.tokens_refused(
        app.token_request(request, {name: None}, params={name: request[name]})
    )


@verifies("rfc6749/4.1.3/parameters-in-the-body")
def test_refresh_reads_the_body_alone(app, tokens):
    """A refresh token that stands in the URI is not used."""
    request = app.refresh_grant(app.must_refresh(tokens))  # control: it works

    name = "refresh_token"
    expect.tokens_refused(
        app.token_request(request, {name: None}, params={name: request[name]})
    )


@verifies("rfc6749/4.1.3/parameters-in-the-body")
def test_the_uri_does_not_win_over_the_body(app, owner):
    """A good code in the URI does not replace a bad one in the body."""
    app.must_obtain_tokens(owner)  # control: the exchange works
    request = app.code_grant(app.must_authorize(owner))

    in_uri = {"code": request["code"]}
    expect.tokens_refused(
        app.token_request(request, {"code": MADE_UP}, params=in_uri)
    )


@verifies("rfc6749/3.2/unknown-parameters-ignored")
def test_exchange_ignores_unknown_parameters(app, owner):
    """A code is exchanged although the request says more than is known."""
    app.must_obtain_tokens(owner)  # control: without them it works
    code = app.must_authorize(owner)

    expect.tokens(
        app.exchange(code, conformance_extension="1", resource="urn:made:up")
    )


@verifies("rfc6749/3.2/unknown-parameters-ignored")
def test_refresh_ignores_unknown_parameters(app, tokens):
    """A refresh works although the request says more than is known."""
    tokens = app.must_refresh(tokens)  # control: without them it works

    expect.tokens(app.refresh(tokens, conformance_extension="1"))


@verifies("rfc6749/3.2/unknown-parameters-ignored")
def test_unknown_parameters_of_the_uri_are_ignored(app, owner):
    """A code is exchanged although the URI has a query."""
    app.must_obtain_tokens(owner)  # control: without it it works
    request = app.code_grant(app.must_authorize(owner))

    expect.tokens(
        app.token_request(request, {}, params={"conformance_extension": "1"})
    )


@verifies("rfc6749/3.2/empty-is-omitted")
def test_empty_scope_of_a_refresh_is_omitted(app, tokens):
    """A refresh with an empty scope is one without a scope."""
    tokens = app.must_refresh(tokens)  # control: without a scope it works
    app.must_call(tokens.access_token, WORKOUTS)

    response = app.refresh(tokens, scope="")
    expect.tokens(response)
    token = expect.member(response, "access_token")
    expect.accepted(app.call(token, WORKOUTS))


@verifies("rfc6749/3.2/empty-is-omitted")
def test_empty_redirect_uri_of_an_exchange_is_omitted(app, owner):
    """An empty redirection URI is none."""
    app.must_exchange(app.must_authorize(owner, redirect_uri=None))  # control
    code = app.must_authorize(owner, redirect_uri=None)

    expect.tokens(app.exchange(code, redirect_uri=""))


@verifies("rfc6749/3.2/empty-is-omitted")
def test_empty_verifier_of_an_exchange_is_omitted(app, owner):
    """An empty code verifier is none."""
    app.must_exchange(app.must_authorize_without_pkce(owner))  # control
    code = app.must_authorize_without_pkce(owner)

    expect.tokens(app.exchange(code, code_verifier=""))


@pytest.mark.parametrize("name", ["grant_type", "code", "refresh_token"])
@verifies("rfc6749/3.2/empty-is-omitted")
def test_empty_parameter_fails_as_a_missing_one(app, tokens, name):
    """A required parameter without a value is answered as if not sent."""
    refreshes = name == "refresh_token"
    request = app.refresh_grant(tokens) if refreshes else _unknown_code()

    missing = app.token_request(request, {name: None})
    must_be_refused(missing, broken="rfc6749/5.2/invalid-request")
    empty = app.token_request(request, {name: ""})
    expect.that(
        expect.member(empty, "error") == expect.member(missing, "error"),
        f"the error of a missing one: {expect.summary(missing)}",
        expect.summary(empty),
    )


@pytest.mark.parametrize("name", REPEATED)
@verifies("rfc6749/3.2/no-repeated-parameters")
def test_exchange_refuses_a_repeated_parameter(app, owner, name):
    """An exchange with a parameter sent twice is refused."""
    app.must_obtain_tokens(owner)  # control: sent once it works
    code = app.must_authorize(owner)

    good = {**app.code_grant(code), **app.credentials()}[name]
    expect.tokens_refused(app.exchange(code, **{name: [good, good]}))


@pytest.mark.parametrize("name", REPEATED)
@pytest.mark.parametrize("place", ["first", "last"])
@verifies("rfc6749/3.2/no-repeated-parameters")
def test_exchange_refuses_contradicting_parameters(app, owner, name, place):
    """An exchange with a good and a bad value of a parameter is refused."""
    app.must_obtain_tokens(owner)  # control: the good one alone works
    code = app.must_authorize(owner)

    good = {**app.code_grant(code), **app.credentials()}[name]
    both = [good, MADE_UP] if place == "first" else [MADE_UP, good]
    expect.tokens_refused(app.exchange(code, **{name: both}))


@pytest.mark.parametrize("name", ["refresh_token", "scope", "client_secret"])
@verifies("rfc6749/3.2/no-repeated-parameters")
def test_refresh_refuses_a_repeated_parameter(app, tokens, name):
    """A refresh with a parameter sent twice is refused."""
    tokens = app.must_refresh(tokens)  # control: sent once it works

    asked = {"scope": "profile:read", **app.refresh_grant(tokens)}
    good = {**asked, **app.credentials()}[name]
    expect.tokens_refused(app.refresh(tokens, **{name: [good, good]}))


def _unknown_code():
    return {"grant_type": "authorization_code", "code": MADE_UP}

"""How the parameters of an authorization request are read."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import Code, Pkce, redirect_parameters, redirect_url
from conformance.routes import AUTHORIZE

OTHERS = {
    "client_id": "made-up-client",
    "response_type": "token",
    "redirect_uri": "https://evil.example/callback",
    "scope": "profile:write",
    "state": "another-state",
    "code_challenge": Pkce.s256().challenge,
    "code_challenge_method": "plain",
}
EMPTY = {
    "client_id": ["client_id"],
    "response_type": ["response_type"],
    "redirect_uri": ["redirect_uri"],
    "scope": ["scope"],
    "state": ["state"],
    "pkce": ["code_challenge", "code_challenge_method"],
}


@verifies("rfc6749/3.1/no-repeated-parameters")
@pytest.mark.parametrize("second", ["the same", "another"])
@pytest.mark.parametrize("name", OTHERS)
def test_repeated_parameter(shared_app, owner, name, second):
    """A parameter that is sent twice gets no code."""
    pkce = Pkce.s256()
    shared_app.must_authorize(owner, pkce=pkce)

    first = shared_app.authorization(pkce)[name]
    twice = [first, first if second == "the same" else OTHERS[name]]
    response = shared_app.authorize(owner, pkce=pkce, **{name: twice})

    expect.no_code_or_token_in(response)


@verifies("rfc6749/3.1/empty-is-omitted")
@pytest.mark.parametrize("names", EMPTY.values(), ids=EMPTY)
def test_empty_parameter(shared_app, owner, names):
    """A parameter without a value has the effect of one left out."""
    shared_app.must_authorize(owner)
    omitted = shared_app.authorize(owner, **dict.fromkeys(names))
    empty = shared_app.authorize(owner, **dict.fromkeys(names, ""))

    granted = "a code" if _granted(omitted) else "no code"
    expect.that(
        _granted(empty) == _granted(omitted),
        f"{granted}, as without the parameter",
        expect.summary(empty),
    )


@verifies("rfc6749/3.1/unknown-parameters-ignored")
@pytest.mark.parametrize("value", ["1", ""], ids=["a value", "empty"])
def test_unknown_parameter(shared_app, owner, value):
    """A parameter that no specification knows changes nothing."""
    shared_app.must_authorize(owner)

    expect.code(shared_app.authorize(owner, x_made_up_parameter=value))


@verifies("rfc6749/3.1/query-does-not-override")
@pytest.mark.parametrize("name", OTHERS)
def test_second_value_in_the_address(app, owner, name):
    """A value in the address changes nothing about the request."""
    app.must_obtain_tokens(owner)
    pkce = Pkce.s256()
    form = app.authorization(pkce, confirm="true")
    response = owner.post(AUTHORIZE, params={name: OTHERS[name]}, data=form)

    # To refuse is right; to go on has to mean: by the form alone.
    returned = redirect_parameters(response)
    if "code" in returned:
        expect.that(
            redirect_url(response).startswith(f"{app.redirect_uri}?")
            and returned.get("state") == [form["state"]],
            "redirection URI and state of the form",
            expect.summary(response),
        )
        code = Code(returned["code"][0], app.redirect_uri, pkce.verifier)
        answer = app.exchange(code)
        expect.that(
            expect.member(answer, "scope") in (None, form["scope"])
            and answer.status_code == 200,
            "tokens for the app, scope and challenge of the form",
            expect.summary(answer),
        )


@verifies("rfc6749/3.1/response-parameters-once")
@pytest.mark.parametrize(
    "state",
    [
        "x&code=planted&state=planted",
        "x;code=planted",
        "x#code=planted",
        "x%26code=planted",
        "x\r\n&code=planted",
    ],
    ids=["ampersand", "semicolon", "fragment", "encoded", "line break"],
)
def test_smuggled_parameter(shared_app, owner, state):
    """No state adds a second code, or a second state, to the answer."""
    shared_app.must_authorize(owner)
    response = shared_app.authorize(owner, state=state)

    url = redirect_url(response).replace(";", "&").replace("#", "&")
    _, _, query = url.partition("?")
    names = [pair.partition("=")[0] for pair in query.split("&") if pair]
    expect.that(
        len(names) == len(set(names)),
        "every parameter once",
        f"parameters {names}",
    )


@verifies(
    "fittrackee/oauth/required-parameters-suffice",
    "fittrackee/oauth/pkce-optional",
    "fittrackee/oauth/state-optional",
)
def test_required_parameters_suffice(shared_app, owner):
    """client_id, response_type and scope are enough for a code."""
    shared_app.must_authorize(owner)  # control: with all others
    form = shared_app.authorization(None, confirm="true")
    kept = ("client_id", "response_type", "scope", "confirm")
    response = owner.post(AUTHORIZE, data={name: form[name] for name in kept})

    expect.code(response)


@verifies(
    "fittrackee/oauth/client-id-required",
    "fittrackee/oauth/response-type-required",
)
@pytest.mark.parametrize("name", ["client_id", "response_type"])
def test_required_parameter_missing(shared_app, owner, name):
    """Without a required parameter there is no code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, **{name: None}))


@verifies("fittrackee/oauth/scope-required")
@pytest.mark.parametrize("scope", [None, ""], ids=["missing", "empty"])
def test_required_scope_missing(shared_app, owner, scope):
    """Whether a request without a scope gets a code is noted."""
    shared_app.must_authorize(owner)
    response = shared_app.authorize(owner, scope=scope)
    got = "a code" if _granted(response) else "no code"
    observe(f"a request without a scope gets {got}")


def _granted(response):
    return "code" in redirect_parameters(response)

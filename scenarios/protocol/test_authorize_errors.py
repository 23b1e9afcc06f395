"""Authorization requests that are denied or cannot be granted."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import Pkce, redirect_parameters

RESPONSE_TYPES = {
    "token": "token",
    "id_token": "id_token",
    "code and token": "code token",
    "code and id_token": "code id_token",
    "in capitals": "CODE",
    "none": "none",
    "made up": "made_up",
    "almost": "codes",
}
NOT_A_YES = {
    "missing": None,
    "empty": "",
    "false": "false",
    "False": "False",
    "zero": "0",
    "no": "no",
}
ALMOST_A_YES = ["1", "yes", "on", "t", "truthy", "not true", "true false"]
MALFORMED = {
    "scope twice": {"scope": ["profile:read", "workouts:read"]},
    "response type twice": {"response_type": ["code", "code"]},
    "malformed challenge": {
        "code_challenge": "too-short",
        "code_challenge_method": "S256",
    },
}
ALLOWED = {chr(n) for n in range(0x20, 0x7F)} - {'"', "\\"}
HOSTILE = {
    "scope with quotes": {"scope": 'made"up\\:scope'},
    "scope with accents": {"scope": "été:read"},
    "scope with a line break": {"scope": "made:up\r\nx"},
    "response type": {"response_type": 'to"k\\en é'},
    "challenge method": {
        "code_challenge": Pkce.s256().challenge,
        "code_challenge_method": 'S"2\\56 é',
    },
    "client": {"client_id": 'made"up\\ é'},
    "redirection URI": {"redirect_uri": 'https://evil.example/"\\é'},
    "parameter name": {'made"up\\ é': ["1", "2"]},
}


@verifies("rfc6749/3.1.1/response-type-needed")
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_no_response_type(shared_app, owner, value):
    """Without a response type nothing is issued."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(
        shared_app.authorize(owner, response_type=value)
    )


@verifies(
    "rfc6749/3.1.1/response-type-understood",
    "fittrackee/oauth/only-response-type-code",
)
@pytest.mark.parametrize("value", RESPONSE_TYPES.values(), ids=RESPONSE_TYPES)
def test_other_response_type(shared_app, owner, value):
    """Any response type but code issues neither code nor token."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(
        shared_app.authorize(owner, response_type=value)
    )


@verifies("rfc6749/4.1.2.1/denial-issues-nothing")
@pytest.mark.parametrize("confirm", NOT_A_YES.values(), ids=NOT_A_YES)
def test_no_consent(shared_app, owner, confirm):
    """Without the user's yes nothing is issued."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, confirm=confirm))


@verifies("fittrackee/api-oauth2/authorize-confirmed")
@pytest.mark.parametrize("confirm", ALMOST_A_YES)
def test_almost_a_consent(shared_app, owner, confirm):
    """Only true is a yes."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(shared_app.authorize(owner, confirm=confirm))


@verifies("rfc6749/10.2/no-automatic-repetition")
def test_consent_is_for_once(app, owner):
    """A request that was consented to once needs consent again."""
    request = app.authorization(None)
    app.must_authorize_without_pkce(owner, **request)

    expect.no_code_or_token_in(app.authorize(owner, confirm=None, **request))


@verifies("rfc6749/4.1.2.1/denial-redirected")
def test_denial_reaches_the_app(shared_app, owner):
    """The app is told access_denied when its user says no."""
    shared_app.must_authorize(owner)

    response = shared_app.authorize(owner, confirm="false")
    expect.redirect_error(response, "access_denied")


@verifies("rfc6749/4.1.2.1/response-type-error-redirected")
@pytest.mark.parametrize(
    ("value", "errors"),
    [
        (None, ("invalid_request", "unsupported_response_type")),
        ("token", ("unsupported_response_type", "unauthorized_client")),
        ("made_up", ("unsupported_response_type",)),
    ],
    ids=["missing", "token", "made up"],
)
def test_response_type_error_reaches_the_app(shared_app, owner, value, errors):
    """The app is told when its response type cannot be served."""
    shared_app.must_authorize(owner)

    response = shared_app.authorize(owner, response_type=value)
    expect.redirect_error(response, *errors)


@verifies("rfc6749/4.1.2.1/invalid-request-redirected")
@pytest.mark.parametrize("wrong", MALFORMED.values(), ids=MALFORMED)
def test_malformed_request_reaches_the_app(shared_app, owner, wrong):
    """The app is told invalid_request when its request is malformed."""
    shared_app.must_authorize(owner)

    response = shared_app.authorize(owner, **wrong)
    expect.redirect_error(response, "invalid_request")


@verifies("rfc6749/4.1.2.1/invalid-scope-redirected")
def test_scope_error_reaches_the_app(shared_app, owner):
    """The app is told invalid_scope when its scope is refused."""
    shared_app.must_authorize(owner)
    response = shared_app.authorize(owner, scope="made-up:scope")

    # Section 3.3 lets a server ignore the scope and grant another.
    if "code" in redirect_parameters(response):
        observe("an unknown scope is not refused")
    else:
        expect.redirect_error(response, "invalid_scope")


@verifies("rfc6749/4.1.2.1/state-echoed-with-error")
@pytest.mark.parametrize(
    "state", ["abc", "a&b=c #+%41 "], ids=["plain", "odd"]
)
def test_state_comes_back_with_an_error(shared_app, owner, state):
    """The state comes back with an error as it does with a code."""
    shared_app.must_authorize(owner, state=state)
    response = shared_app.authorize(owner, state=state, confirm="false")

    came = redirect_parameters(response)
    expect.that(
        "error" in came and came.get("state") == [state],
        "an error on the redirection URI with the state that was sent",
        expect.summary(response),
    )


@verifies("rfc6749/4.1.2.1/error-characters")
@pytest.mark.parametrize("wrong", HOSTILE.values(), ids=HOSTILE)
def test_error_characters(shared_app, owner, wrong):
    """No error repeats characters that it may not hold."""
    shared_app.must_authorize(owner)

    response = shared_app.authorize(owner, **wrong)
    texts = error_texts(response)
    strange = sorted(set("".join(texts)) - ALLOWED)
    expect.that(
        not strange,
        "an error of printable ASCII without quotes and backslashes",
        f"{texts}; not allowed: {strange or 'nothing'}",
    )


def error_texts(response):
    """Return code and description of an error, wherever they stand."""
    redirected = redirect_parameters(response)
    found = [
        text
        for name in ("error", "error_description")
        for text in (
            *redirected.get(name, []),
            expect.member(response, name),
        )
    ]
    return [text for text in found if isinstance(text, str)]

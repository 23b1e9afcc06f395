"""Who may authorize an app, and by which request."""

import pytest

from conformance import Unsupported, expect, verifies
from conformance.routes import AUTHORIZE, CONSENT_PAGE

# Whoever is refused early may leave the body unread: no connection to keep.
CLOSE = {"Connection": "close"}
STRANGERS = {
    "nobody": {},
    "a made-up token": {"Authorization": "Bearer made-up-and-never-issued"},
    "an empty token": {"Authorization": "Bearer"},
    "a password": {"Authorization": "Basic bWFkZTp1cA=="},
    "a made-up cookie": {"Cookie": "access_token_cookie=made-up; x=y"},
}
DOCUMENTED = {
    "provide a valid auth token",
    "signature expired, please log in again",
    "invalid token, please log in again",
}
ERRORS = {
    "a good request": {},
    "an unknown scope": {"scope": "made-up:scope"},
    "another response type": {"response_type": "token"},
    "a denial": {"confirm": "false"},
    "an unknown challenge method": {
        "code_challenge": "x" * 43,
        "code_challenge_method": "made_up",
    },
}


@verifies("rfc6749/3.1/user-is-authenticated")
@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
def test_nobody_is_logged_in(shared_app, owner, headers):
    """Without a user's session nothing is issued."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(unauthenticated(shared_app, headers))


@verifies("fittrackee/api-oauth2/authorize-unauthenticated")
@pytest.mark.parametrize("who", ["nobody", "a made-up token"])
def test_status_for_nobody(shared_app, owner, who):
    """A request without a user's session is answered with 401."""
    shared_app.must_authorize(owner)

    expect.status(unauthenticated(shared_app, STRANGERS[who]), 401)


@verifies("fittrackee/api-oauth2/authorize-unauthenticated-message")
@pytest.mark.parametrize("who", ["nobody", "a made-up token"])
def test_message_for_nobody(shared_app, owner, who):
    """The refusal of a request without a session is a documented one."""
    shared_app.must_authorize(owner)
    response = unauthenticated(shared_app, STRANGERS[who])

    message = expect.member(response, "message")
    expect.that(
        message in DOCUMENTED,
        f"one of {', '.join(sorted(DOCUMENTED))}",
        expect.summary(response),
    )


@verifies("rfc9700/4.11.2/user-first")
@pytest.mark.parametrize("wrong", ERRORS.values(), ids=ERRORS)
def test_nobody_is_redirected(shared_app, owner, wrong):
    """Without a user's session no request redirects to the app."""
    shared_app.must_authorize(owner)
    form = shared_app.authorization(None, confirm="true") | wrong

    endpoint = shared_app.send("POST", AUTHORIZE, data=form, headers=CLOSE)
    expect.not_redirected_elsewhere(endpoint)
    page = shared_app.send("GET", CONSENT_PAGE, params=form)
    expect.not_redirected_elsewhere(page)


@verifies("rfc6749/10.12/csrf-protection")
@pytest.mark.parametrize(
    "proof",
    [None, "", "made-up"],
    ids=["no proof", "empty proof", "made-up proof"],
)
def test_forged_request(shared_app, owner, proof):
    """What a browser sends of itself is not enough to authorize an app."""
    shared_app.must_authorize(owner)
    # A session token that no cookie holds is never sent by a browser alone.
    cookies = owner.session.cookies.items()
    headers = {
        **CLOSE,
        "Origin": "https://evil.example",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies),
    }
    if proof is not None:
        headers["X-CSRF-TOKEN"] = proof
    form = shared_app.authorization(None, confirm="true")

    response = shared_app.send("POST", AUTHORIZE, data=form, headers=headers)
    expect.no_code_or_token_in(response)


GET_ISSUES_NO_CODE = verifies("rfc9110/9.2.1/code-for-post-only")
POST_ALONE = verifies("fittrackee/api-oauth2/authorize-by-post-alone")


@pytest.mark.parametrize(
    "method",
    [
        pytest.param("GET", marks=GET_ISSUES_NO_CODE),
        pytest.param("HEAD", marks=GET_ISSUES_NO_CODE),
        pytest.param("PUT", marks=POST_ALONE),
        pytest.param("PATCH", marks=POST_ALONE),
        pytest.param("DELETE", marks=POST_ALONE),
    ],
)
def test_other_method(shared_app, owner, method):
    """No method besides POST gets a code."""
    shared_app.must_authorize(owner)

    expect.no_code_or_token_in(authorize_by(method, shared_app, owner))


def authorize_by(method, app, owner):
    """Send a confirmed authorization request by a method."""
    form = app.authorization(None, confirm="true")
    return owner.request(
        method, AUTHORIZE, params=form, data=form, headers=CLOSE
    )


@verifies("rfc9110/9.2.1/code-for-post-only")
def test_consent_page_grants_nothing(shared_app, owner):
    """Opening the authorization URL grants nothing, whatever it says."""
    shared_app.must_authorize(owner)
    form = shared_app.authorization(None, confirm="true")

    expect.no_code_or_token_in(owner.get(CONSENT_PAGE, params=form))


@verifies("rfc6749/3.1/tls-required")
def test_plain_http(shared_app, owner, instance):
    """Over plain HTTP to a host that is not loopback there is no code."""
    if not instance.url.startswith("http://"):
        raise Unsupported(
            "the target is reached over HTTPS: what it does with plain HTTP "
            "is up to the proxy in front of it"
        )
    shared_app.must_authorize(owner)
    form = shared_app.authorization(None, confirm="true")
    host = {"Host": "fittrackee.test"}

    response = owner.post(AUTHORIZE, data=form, headers=host)
    expect.no_code_or_token_in(response)


@verifies("rfc9700/4.12/no-307")
def test_credentials_are_not_repeated(shared_app, owner):
    """No answer makes the browser repeat its request at the app."""
    granted = shared_app.must_receive_code(owner)
    denied = shared_app.authorize(owner, confirm="false")

    for response in (granted, denied):
        expect.that(
            response.status_code not in (307, 308),
            "neither 307 nor 308",
            response.status_code,
        )


@verifies("rfc9700/4.12/see-other")
def test_redirection_status(shared_app, owner):
    """Where the endpoint redirects by status code, it is 303."""
    granted = shared_app.must_receive_code(owner)
    denied = shared_app.authorize(owner, confirm="false")

    for response in (granted, denied):
        expect.that(
            not response.is_redirect or response.status_code == 303,
            "303, or no redirection by status code",
            response.status_code,
        )


def unauthenticated(app, headers):
    """Send a good authorization request without any user's session."""
    form = app.authorization(None, confirm="true")
    return app.send("POST", AUTHORIZE, data=form, headers=CLOSE | headers)

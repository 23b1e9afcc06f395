"""The page at the authorization URL, and the login page before it."""

import pytest

from conformance import expect, observe, verifies
from conformance.actors import brief, must_be_granted, must_be_page, must_hold
from conformance.routes import AUTHORIZE, CONSENT_PAGE, LOGIN_PAGE

EVIL = "https://evil.example/"
PAYLOADS = {
    "script": "\"'><script>window.planted = 1</script>",
    "image": "\"'><img src=x onerror=planted()>",
    "comment": "--></title></script><svg onload=planted()>",
}
ELSEWHERE = {
    "login": f"{LOGIN_PAGE}?from={EVIL}",
    "login, no scheme": f"{LOGIN_PAGE}?from=//evil.example/",
    "login, backslash": f"{LOGIN_PAGE}?from=/\\evil.example/",
    "consent": f"{CONSENT_PAGE}?client_id=x&redirect_uri={EVIL}",
    "consent, error": f"{CONSENT_PAGE}?error=x&redirect_uri={EVIL}",
    "front page": f"/?redirect_url={EVIL}&next={EVIL}&from={EVIL}",
}


@verifies("rfc6749/3.1/get-supported", "fittrackee/oauth/authorization-url")
def test_authorization_url(shared_app, owner):
    """The authorization URL answers with a page, or asks to log in."""
    request = shared_app.authorization(None)

    expect.html(owner.get(CONSENT_PAGE, params=request))
    response = shared_app.send("GET", CONSENT_PAGE, params=request)
    if response.is_redirect:
        expect.not_redirected_elsewhere(response)
    else:
        expect.html(response)


@verifies("rfc6749/3.1/no-fragment")
def test_no_fragment(shared_app, owner):
    """The authorization URL leads to no address with a fragment."""
    request = shared_app.authorization(None)

    for response in (
        owner.get(CONSENT_PAGE, params=request),
        shared_app.send("GET", CONSENT_PAGE, params=request),
    ):
        must_hold(
            response.status_code < 400,
            "a page or a redirection",
            brief(response),
            response,
            verb="must_lead_on",
        )
        location = response.headers.get("location", "")
        expect.that(
            "#" not in location,
            "a page, or a redirection without a fragment",
            f"{response.status_code} {location}".strip(),
        )


@verifies("rfc6749/3.1/post-supported")
def test_post_to_the_page(shared_app, owner):
    """Whether the authorization URL takes POST requests is noted."""
    request = shared_app.authorization(None)
    must_be_page(owner.get(CONSENT_PAGE, params=request))

    response = owner.post(CONSENT_PAGE, data=request)
    observe(f"POST to the authorization URL: {response.status_code}")


@verifies("rfc9700/4.16/consent-page-not-framed")
def test_consent_page_is_not_framed(shared_app, owner):
    """The consent page forbids other sites to frame it."""
    page = owner.get(CONSENT_PAGE, params=shared_app.authorization(None))

    must_be_page(page)
    expect.not_framed(page)


@verifies("rfc9700/4.16/login-page-not-framed")
def test_login_page_is_not_framed(shared_app):
    """The login page forbids other sites to frame it."""
    page = shared_app.send("GET", LOGIN_PAGE)

    must_be_page(page)
    expect.not_framed(page)


@verifies("rfc9700/4.16/content-security-policy")
@pytest.mark.parametrize(
    "path", [CONSENT_PAGE, LOGIN_PAGE], ids=["consent", "login"]
)
def test_content_security_policy(shared_app, owner, path):
    """The page's policy names who may frame it."""
    request = shared_app.authorization(None)
    page = (
        owner.get(path, params=request)
        if path == CONSENT_PAGE
        else shared_app.send("GET", path)
    )

    must_be_page(page)
    expect.not_framed(page, by_policy=True)


@verifies("rfc9700/4.2.4/no-third-party-resources")
def test_no_third_party(shared_app, owner):
    """The consent page refers to no other site."""
    page = owner.get(CONSENT_PAGE, params=shared_app.authorization(None))

    must_be_page(page)
    expect.own_resources(page)


@verifies("rfc9700/4.2.4/referrer-policy")
def test_referrer_policy(shared_app, owner):
    """Whether the consent page suppresses the Referer header is noted."""
    page = owner.get(CONSENT_PAGE, params=shared_app.authorization(None))

    must_be_page(page)
    policy = page.headers.get("referrer-policy", "absent")
    observe(f"Referrer-Policy of the consent page: {policy}")


@verifies("rfc6749/10.14/parameters-not-reflected")
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize(
    "name", ["client_id", "redirect_uri", "scope", "state", "made_up"]
)
def test_markup_in_a_parameter(shared_app, owner, name, payload):
    """Markup in a parameter of the authorization URL stays text."""
    request = shared_app.authorization(None)
    must_be_page(owner.get(CONSENT_PAGE, params=request))

    page = owner.get(CONSENT_PAGE, params={**request, name: payload})
    expect.that(
        payload not in page.text,
        f"a page without {expect.value(payload)}",
        "the text stands in the page as markup"
        if payload in page.text
        else expect.summary(page),
    )


@verifies("rfc9700/4.11.2/no-open-redirector")
@pytest.mark.parametrize("address", ELSEWHERE.values(), ids=ELSEWHERE)
def test_no_open_redirector(shared_app, owner, address):
    """No address alone makes a page redirect to another site."""
    must_be_page(shared_app.send("GET", LOGIN_PAGE))

    expect.not_redirected_elsewhere(shared_app.send("GET", address))
    expect.not_redirected_elsewhere(owner.get(address))


@verifies("rfc9700/2.6/no-cors-at-authorization")
def test_answers_are_for_no_other_site(shared_app, owner):
    """Neither endpoint nor page lets another site read its answers."""
    request = shared_app.authorization(None)
    other = {"Origin": "https://evil.example"}
    preflight = {**other, "Access-Control-Request-Method": "POST"}
    form = {**request, "confirm": "true"}
    granted = owner.post(AUTHORIZE, data=form, headers=other)
    must_be_granted(granted)

    for response in (
        granted,
        shared_app.send("OPTIONS", AUTHORIZE, headers=preflight),
        owner.get(CONSENT_PAGE, params=request, headers=other),
    ):
        allowed = response.headers.get("access-control-allow-origin")
        expect.that(
            allowed is None,
            "no Access-Control-Allow-Origin",
            f"Access-Control-Allow-Origin: {allowed or 'absent'}",
        )

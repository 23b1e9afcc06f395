"""The consent flow as a person sees it, in a real browser."""

import pytest

from conformance import expect, verifies
from conformance.actors import Code, Pkce, must_be_page, redirect_url
from conformance.actors.pages import (
    PATIENCE_MS,
    ConsentPage,
    LoginPage,
    authorization_url,
)
from conformance.routes import PROFILE

SCOPE = "profile:read workouts:read"
ELSEWHERE = "http://127.0.0.1:9/elsewhere"


@pytest.fixture
def web_app(owner, callback):
    """An app whose redirection endpoint the harness serves."""
    return owner.must_register(redirect_uris=[callback.url], scope=SCOPE)


@verifies("fittrackee/oauth/browser-flow")
def test_whole_flow(visitor, instance, owner, web_app, callback):
    """A person logs in, consents and the app reads the person's profile."""
    web_app.must_complete_flow(owner, PROFILE)  # control: without a browser
    login, consent = LoginPage(visitor), ConsentPage(visitor)
    login.open()
    login.log_in(instance.owner)

    # The app sends its user to the authorization URL (RFC 6749 4.1.1).
    pkce = Pkce.s256()
    consent.open(request := web_app.authorization(pkce))
    consent.must_ask()
    visitor.picture("The consent page")

    # The user consents; the server answers over the browser (4.1.2).
    consent.authorize(callback.url)
    visitor.picture("Where the browser went after consent")
    expect.that(
        len(callback.visits) == 1 and "code" in callback.visits[0],
        "one visit to the callback, with a code",
        f"visits with {[sorted(v) for v in callback.visits]}",
    )
    returned = callback.visits[0]
    expect.that(
        returned.get("state") == [request["state"]],
        "the state that was sent",
        f"state {returned.get('state')}",
    )

    # The app exchanges the code (4.1.3) and calls the API.
    code = Code(returned["code"][0], callback.url, pkce.verifier)
    response = web_app.exchange(code)
    expect.tokens(response)
    token = expect.member(response, "access_token")
    expect.status(web_app.call(token, PROFILE), 200)


@verifies("fittrackee/oauth/consent-asks-first")
def test_nothing_before_consent(visitor, consent, web_app, callback):
    """Looking at the consent page sends the app nothing."""
    request = web_app.authorization(Pkce.s256())
    visitor.page.goto(authorization_url(request))
    visitor.appears(consent.authorize_button, within=PATIENCE_MS)
    visitor.picture("The authorization URL, before any consent")
    seen = [sorted(visit) for visit in callback.visits]
    expect.that(not seen, "no visit to the callback", f"visits with {seen}")

    # Control: consent is all that was missing.
    consent.open(request)
    consent.must_ask()
    consent.must_authorize(callback.url)


@verifies("rfc6749/10.2/consent-names-app")
def test_consent_names_the_app(visitor, consent, web_app):
    """The consent page shows the name that the app is registered with."""
    consent.open(web_app.authorization(Pkce.s256()))
    consent.must_ask()
    visitor.picture("The consent page")

    title = consent.title_text()
    expect.that(
        web_app.name in title,
        f"a title with {expect.value(web_app.name)}",
        title,
    )


@verifies("rfc6749/10.2/consent-lists-requested-scope")
@pytest.mark.parametrize("asked", ["profile:read", SCOPE])
def test_consent_lists_the_scopes(consent, web_app, asked):
    """The consent page lists the scopes of the request, and only those."""
    consent.open(web_app.authorization(Pkce.s256(), scope=asked))
    consent.must_ask()

    shown = consent.scopes()
    expect.that(
        shown == set(asked.split()),
        f"the scopes {asked}",
        f"the scopes {' '.join(sorted(shown))}",
    )


@verifies("fittrackee/oauth/login-returns-to-consent")
def test_login_returns_to_the_request(
    visitor, instance, owner, web_app, callback
):
    """A visitor who is not logged in is led to the login and back."""
    request = web_app.authorization(Pkce.s256())
    must_be_page(owner.get(authorization_url(request)))  # control
    login, consent = LoginPage(visitor), ConsentPage(visitor)
    login.open()  # control: the login page itself works
    visitor.page.goto(authorization_url(request))
    asked = visitor.appears(login.form, within=2 * PATIENCE_MS)
    visitor.picture("The authorization URL, not logged in")
    expect.that(asked, "the login form", "it does not appear")

    login.log_in(instance.owner)
    back = visitor.appears(consent.authorize_button)
    expect.that(back, "the consent page", f"the page {visitor.path}")
    consent.must_authorize(callback.url)
    state = callback.visits[-1].get("state")
    expect.that(
        state == [request["state"]], "the state that was sent", f"{state}"
    )


@verifies("fittrackee/oauth/cancel-issues-nothing")
def test_cancelling_issues_nothing(consent, web_app, callback):
    """The cancel button sends the app no code."""
    consent.open(web_app.authorization(Pkce.s256()))
    consent.must_ask()  # control: the user could have consented
    consent.cancel()

    codes = [visit for visit in callback.visits if "code" in visit]
    expect.that(not codes, "no code", f"{len(codes)} visits with a code")


@verifies("fittrackee/oauth/unknown-app-cannot-be-authorized")
def test_unknown_app(visitor, consent, web_app):
    """The page for an unknown client id offers nothing to authorize."""
    request = web_app.authorization(Pkce.s256())
    consent.open(request)
    consent.must_ask()  # control: the known app is offered
    consent.open({**request, "client_id": "A" * 24})
    visitor.picture("The consent page of an unknown app")

    offered = consent.authorize_button.count()
    expect.that(not offered, "no authorize button", f"{offered} buttons")


@verifies("rfc6749/4.1.2.1/user-is-told-of-unknown-client")
def test_unknown_app_is_told(visitor, consent, web_app):
    """The page for an unknown client id says that something is wrong."""
    request = web_app.authorization(Pkce.s256())
    consent.open(request)
    consent.must_ask()  # control: the known app is offered
    url = authorization_url({**request, "client_id": "A" * 24})
    told = visitor.shows(url, consent.no_app, consent.error)
    visitor.picture("The authorization URL of an unknown app")

    expect.that(told, "words about an unknown app", "they do not appear")


@verifies("rfc6749/3.1.2.3/each-registered-uri")
def test_one_of_several(consent, owner, callback):
    """The browser goes to the registered URI that was asked for."""
    uris = {p: f"{callback.url}?place={p}" for p in ("first", "second")}
    app = owner.must_register(redirect_uris=list(uris.values()))
    for place, uri in uris.items():
        # Where the API sends the code there, the page has lost the URI.
        by_api = redirect_url(app.authorize(owner, redirect_uri=uri))
        who = "the page" if by_api.startswith(uri) else "the server"
        consent.open(app.authorization(Pkce.s256(), redirect_uri=uri))
        consent.must_ask()
        consent.must_authorize(callback.url)
        came = callback.visits[-1].get("place")
        expect.that(
            came == [place],
            f"a visit to the {place} registered URI, which was asked for",
            f"a visit to {expect.listed(came or [], 'neither')}: {who} does "
            "not honour redirect_uri",
        )


@verifies("rfc6749/3.1.2.4/browser-stays")
def test_foreign_redirect_uri(visitor, consent, web_app):
    """A prepared link cannot send the code to another address."""
    request = web_app.authorization(Pkce.s256())
    consent.open(request)
    consent.must_ask()  # control: the registered one is offered
    visited = []
    visitor.page.on("request", lambda r: visited.append(r.url))

    consent.open({**request, "redirect_uri": ELSEWHERE})
    if consent.authorize_button.count():
        consent.authorize_button.click()
        visitor.appears(consent.error, within=PATIENCE_MS)
    visitor.picture("A redirection URI that is not registered")
    gone = [url for url in visited if url.startswith(ELSEWHERE)]
    expect.that(
        not gone, "the browser stays", f"{len(gone)} requests to {ELSEWHERE}"
    )

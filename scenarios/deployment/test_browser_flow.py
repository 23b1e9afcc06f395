"""A person at a browser meets the instance behind a proxy."""

import pytest

from conformance import expect, verifies
from conformance.actors.pages import ConsentPage, LoginPage
from conformance.proxies.cells import cells

IN_A_BROWSER = {"documented", "two-hops-kept"}


@pytest.fixture
def asked(deployed_visitor, deployed, owner, callback):
    """An app's request on the consent page of a logged-in owner."""
    login, page = LoginPage(deployed_visitor), ConsentPage(deployed_visitor)
    login.open()
    login.log_in(deployed.instance.owner)
    page.app = owner.must_register(redirect_uris=[callback.url])
    page.open(page.app.authorization(None))
    page.must_ask()
    return page


@verifies("fittrackee/oauth/behind-proxy")
@cells(lambda row: row.name in IN_A_BROWSER)
def test_browser_flow_works(asked, deployed, deployed_visitor, callback):
    """Consent in the browser leads to a code that works."""
    deployed_visitor.picture("Consent behind the proxy")
    landed = asked.authorize(callback.url)
    expect.that(landed, "the app's callback", deployed_visitor.path)

    code = callback.visits[-1].get("code", [""])[0]
    request = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback.url,
    }
    through = deployed.app(asked.app)
    expect.tokens(through.token_request(request, {}))


@verifies("robustness/refused-cleanly-behind-proxy")
@cells("missing")
def test_browser_shows_the_refusal(asked, deployed_visitor, callback):
    """A user whose consent is refused is shown an error."""
    asked.authorize_button.click()
    shown = deployed_visitor.appears(asked.error)
    deployed_visitor.picture("The refusal")
    expect.that(shown, "an error on the page", "none is shown")
    expect.that(not callback.visits, "no code", "the app got a response")

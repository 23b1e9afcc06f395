"""Proxies that take something out of requests."""

import pytest

from conformance import Unsupported, expect, verifies
from conformance.proxies.cells import cells
from conformance.routes import PROFILE


@pytest.fixture
def of_cookies(control):
    """The control, where sessions are made of cookies."""
    if control.owner.session.style != "cookies":
        raise Unsupported("this release's sessions need neither of these")
    return control


@verifies("robustness/refused-cleanly-behind-proxy")
@cells("no-authorization")
def test_without_authorization(deployed, control, app):
    """A token that the proxy took away is missed cleanly."""
    token = control.app(app).must_obtain_tokens(control.owner).access_token
    control.app(app).must_call(token, PROFILE)

    expect.refused_with_reason(deployed.app(app).call(token, PROFILE))


@verifies("robustness/refused-cleanly-behind-proxy")
@cells("no-cookies")
def test_without_cookies(deployed, of_cookies, app):
    """A session that the proxy took away is missed cleanly."""
    app.must_authorize(of_cookies.owner)

    expect.refused_with_reason(app.authorize(deployed.owner))


@verifies("robustness/refused-cleanly-behind-proxy")
@cells("no-csrf")
def test_without_proof(deployed, of_cookies, app):
    """A CSRF token that the proxy took away is missed cleanly."""
    app.must_authorize(of_cookies.owner)

    expect.refused_with_reason(app.authorize(deployed.owner))

"""The login page, before anybody is logged in."""

import secrets

from conformance import expect, verifies
from conformance.actors.pages import PATIENCE_MS, LoginPage


@verifies("robustness/login-form-stays")
def test_login_form_is_sent_to_the_server(visitor):
    """What is typed into the login form goes to the server alone."""
    email = f"{secrets.token_hex(8)}@example.org"  # nobody's
    password = secrets.token_hex(16)
    login = LoginPage(visitor)
    login.open()  # control: the login page is the server's own

    login.send(email, password)
    visitor.appears(login.error, within=PATIENCE_MS)
    visitor.picture("After a login that has to fail")
    told = visitor.told_elsewhere(email, password)
    expect.that(
        not told,
        "requests with address and password to the server alone",
        f"requests with them to {', '.join(told) or 'nobody else'}",
    )

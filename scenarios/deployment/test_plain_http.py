"""Plain HTTP that is redirected to HTTPS."""

from conformance import expect, observe, verifies
from conformance.proxies.cells import Expected, cells
from conformance.routes import PROFILE

KEEPS_METHOD = {307, 308}


@verifies("rfc6749/3.1/tls-behind-proxy")
@cells(Expected.REDIRECTED)
def test_no_code_over_plain_http(deployed, control, app):
    """An authorization request over plain HTTP gets no code."""
    app.must_authorize(control.owner)

    expect.refused_or_sent_to_https(app.authorize(deployed.owner))


@verifies("rfc6749/3.2/tls-behind-proxy")
@cells(Expected.REDIRECTED)
def test_no_token_over_plain_http(deployed, control, app):
    """A token request over plain HTTP gets no token, only another address."""
    right = control.app(app)
    right.must_exchange(app.must_authorize(control.owner))
    code = app.must_authorize(control.owner)

    response = deployed.app(app).exchange(code)
    expect.refused_or_sent_to_https(response)
    observe(
        f"{response.status_code}: an app that follows sends its request "
        + (
            "again, in the clear first"
            if response.status_code in KEEPS_METHOD
            else "as a GET, which gets no token"
        )
    )


@verifies("rfc7009/2/https-only")
@cells(Expected.REDIRECTED)
def test_no_revocation_over_plain_http(deployed, control, app):
    """A revocation request over plain HTTP ends no token."""
    right = control.app(app)
    right.must_revoke(right.must_obtain_tokens(control.owner).access_token)
    kept = right.must_obtain_tokens(control.owner).access_token
    right.must_call(kept, PROFILE)

    expect.refused_or_sent_to_https(deployed.app(app).revoke(kept))
    expect.accepted(right.call(kept, PROFILE))


@verifies("rfc6750/5.2/tls")
@cells(Expected.REDIRECTED)
def test_api_over_plain_http(deployed, control, app):
    """The API answers over TLS, and over plain HTTP it does not."""
    right = control.app(app)
    token = right.must_obtain_tokens(control.owner).access_token
    right.must_call(token, PROFILE)

    expect.refused_or_sent_to_https(deployed.app(app).call(token, PROFILE))

"""What an authorization code is good for."""

from conformance import expect, verifies


@verifies("rfc6749/4.1.2/code-single-use")
def test_code_cannot_be_replayed(app, owner):
    """A second exchange of the same code is refused."""
    code = app.must_authorize(owner)
    app.must_exchange(code)  # control: the code was good

    expect.error(app.exchange(code), "invalid_grant")

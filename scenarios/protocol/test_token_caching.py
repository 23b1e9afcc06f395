"""That no cache keeps what carries a secret (RFC 6749 section 5.1)."""

from conformance import expect, observe, verifies
from conformance.actors import must_have


@verifies("rfc6749/5.1/registration-no-store")
def test_client_secret_is_not_stored(owner):
    """The answer that shows a client secret forbids to store it."""
    expect.not_cached(_must_register(owner))


@verifies("rfc6749/5.1/registration-pragma")
def test_client_secret_is_not_cached_by_old_caches(owner):
    """Whether HTTP/1.0 caches are told about the client secret is noted."""
    observe(f"Pragma: {_must_register(owner).headers.get('pragma', 'absent')}")


@verifies("rfc6749/5.1/authorization-no-store")
def test_code_is_not_stored(app, owner):
    """The answer that hands out a code forbids to store it."""
    expect.not_cached(app.must_receive_code(owner))


@verifies("rfc6749/5.1/authorization-pragma")
def test_code_is_not_cached_by_old_caches(app, owner):
    """Whether HTTP/1.0 caches are told about the code is noted."""
    response = app.must_receive_code(owner)
    observe(f"Pragma: {response.headers.get('pragma', 'absent')}")


def _must_register(owner):
    response = owner.register()
    path = ("data", "client", "client_secret")
    must_have(response, *path, verb="must_register")
    return response

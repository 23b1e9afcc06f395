"""That no cache keeps what carries a secret (RFC 6749 section 5.1)."""

from conformance import Blocked, expect, verifies
from conformance.app import redirect_parameters


@verifies("rfc6749/5.1/registration-no-store")
def test_client_secret_is_not_stored(owner):
    """The answer that shows a client secret forbids to store it."""
    expect.not_cached(_registered(owner))


@verifies("rfc6749/5.1/registration-pragma")
def test_client_secret_is_not_cached_by_old_caches(owner):
    """The answer that shows a client secret forbids HTTP/1.0 caches too."""
    expect.pragma_no_cache(_registered(owner))


@verifies("rfc6749/5.1/authorization-no-store")
def test_code_is_not_stored(app, owner):
    """The answer that hands out a code forbids to store it."""
    expect.not_cached(_authorized(app, owner))


@verifies("rfc6749/5.1/authorization-pragma")
def test_code_is_not_cached_by_old_caches(app, owner):
    """The answer that hands out a code forbids HTTP/1.0 caches too."""
    expect.pragma_no_cache(_authorized(app, owner))


def _registered(owner):
    response = owner.register()
    if "client_secret" not in response.text:
        raise Blocked(f"no client secret: {expect.summary(response)}")
    return response


def _authorized(app, owner):
    response = app.authorize(owner)
    if "code" not in redirect_parameters(response):
        raise Blocked(f"no code: {expect.summary(response)}")
    return response

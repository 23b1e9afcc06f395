"""How hard issued secrets are to guess (RFC 6749 section 10.10)."""

from conformance import expect, verifies
from conformance.samples import SAMPLES, guessing_bits


@verifies("rfc6749/10.10/authorization-code-128-bits")
def test_codes_hold_128_bits(app, owner):
    """Authorization codes can hold 128 bits."""
    _can_hold(128, _codes(app, owner))


@verifies("rfc6749/10.10/authorization-code-160-bits")
def test_codes_hold_160_bits(app, owner):
    """Authorization codes can hold 160 bits."""
    _can_hold(160, _codes(app, owner))


@verifies("rfc6749/10.10/access-token-128-bits")
def test_access_tokens_hold_128_bits(app, tokens):
    """Access tokens can hold 128 bits."""
    _can_hold(128, [each.access_token for each in _refreshed(app, tokens)])


@verifies("rfc6749/10.10/access-token-160-bits")
def test_access_tokens_hold_160_bits(app, tokens):
    """Access tokens can hold 160 bits."""
    _can_hold(160, [each.access_token for each in _refreshed(app, tokens)])


@verifies("rfc6749/10.10/refresh-token-128-bits")
def test_refresh_tokens_hold_128_bits(app, owner):
    """Refresh tokens can hold 128 bits."""
    _can_hold(128, _refresh_tokens(app, owner))


@verifies("rfc6749/10.10/refresh-token-160-bits")
def test_refresh_tokens_hold_160_bits(app, owner):
    """Refresh tokens can hold 160 bits."""
    _can_hold(160, _refresh_tokens(app, owner))


@verifies("rfc6749/10.10/client-secret-128-bits")
def test_client_secrets_hold_128_bits(owner):
    """Client secrets can hold 128 bits."""
    _can_hold(128, _client_secrets(owner))


@verifies("rfc6749/10.10/client-secret-160-bits")
def test_client_secrets_hold_160_bits(owner):
    """Client secrets can hold 160 bits."""
    _can_hold(160, _client_secrets(owner))


def _codes(app, owner):
    return [app.must_authorize(owner).value for _ in range(SAMPLES)]


def _refreshed(app, tokens):
    issued = [tokens]
    while len(issued) < SAMPLES:
        issued.append(app.must_refresh(issued[-1]))
    return issued


def _refresh_tokens(app, owner):
    # By consent, not by refresh: a server need not rotate.
    issued = [app.must_obtain_tokens(owner) for _ in range(SAMPLES)]
    return [each.refresh_token for each in issued]


def _client_secrets(owner):
    return [owner.must_register().client_secret for _ in range(SAMPLES)]


def _can_hold(wanted, secrets):
    lengths = sorted({len(secret) for secret in secrets})
    bits = guessing_bits(secrets)
    expect.that(
        bits >= wanted,
        f"room for {wanted} bits",
        f"{len(secrets)} secrets of {lengths} characters: {bits:.0f} bits",
    )

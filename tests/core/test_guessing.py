"""The bounds on how hard a secret is to guess, and its variations."""

import secrets
import uuid

import pytest

from conformance.samples.entropy import SAMPLES, guessing_bits
from conformance.samples.near_misses import variations


def _issued(make):
    return [make() for _ in range(SAMPLES)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: secrets.token_hex(16),
        lambda: secrets.token_urlsafe(16),
        lambda: secrets.token_urlsafe(64),
        lambda: f"prefix_{secrets.token_hex(16)}",
    ],
)
def test_a_good_generator_is_not_blamed(make):
    assert guessing_bits(_issued(make)) >= 128


@pytest.mark.parametrize(
    "make",
    [
        lambda: str(uuid.uuid4()),
        lambda: secrets.token_hex(15),
        lambda: f"{'x' * 100}{secrets.token_hex(8)}",
    ],
)
def test_what_cannot_hold_128_bits_is_seen(make):
    assert guessing_bits(_issued(make)) < 128


def test_equal_secrets_hold_nothing():
    assert guessing_bits(["a" * 40, "b" * 40, "a" * 40]) == 0


def test_one_secret_shows_nothing():
    with pytest.raises(ValueError, match="one secret"):
        guessing_bits(["a" * 40])


@pytest.mark.parametrize("secret", ["abcDEF123456", "1234567890", "AAAA"])
def test_variations_differ_from_the_secret(secret):
    found = list(variations(secret))

    assert secret not in found
    assert "" not in found

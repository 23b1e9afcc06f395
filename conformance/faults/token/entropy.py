"""Faults of the entropy of codes, tokens and secrets."""

from __future__ import annotations

import itertools
import secrets
import time
from typing import TYPE_CHECKING

from conformance.faults import fault

if TYPE_CHECKING:
    from conformance.reference import ReferenceServer

WEAK = 8  # bytes in hexadecimal: 64 bits
MIDDLING = 18  # bytes in hexadecimal: 144 bits


@fault(
    violates=[
        "rfc6749/10.10/authorization-code-128-bits",
        "rfc6749/10.10/authorization-code-160-bits",
    ]
)
def codes_are_short(server: ReferenceServer) -> None:
    """Authorization codes have only 64 bits of entropy."""
    server.replace("new_code", lambda: secrets.token_hex(WEAK))


@fault(violates="rfc6749/10.10/authorization-code-160-bits")
def codes_have_no_margin(server: ReferenceServer) -> None:
    """Codes have 144 bits of entropy, less than recommended."""
    server.replace("new_code", lambda: secrets.token_hex(MIDDLING))


@fault(
    violates=[
        "rfc6749/10.10/access-token-128-bits",
        "rfc6749/10.10/access-token-160-bits",
    ]
)
def access_tokens_are_short(server: ReferenceServer) -> None:
    """Access tokens have only 64 bits of entropy."""
    server.replace("new_access_token", lambda: secrets.token_hex(WEAK))


@fault(violates="rfc6749/10.10/access-token-160-bits")
def access_tokens_have_no_margin(server: ReferenceServer) -> None:
    """Access tokens have 144 bits of entropy, less than recommended."""
    server.replace("new_access_token", lambda: secrets.token_hex(MIDDLING))


@fault(
    violates=[
        "rfc6749/10.10/refresh-token-128-bits",
        "rfc6749/10.10/refresh-token-160-bits",
    ]
)
def refresh_tokens_are_short(server: ReferenceServer) -> None:
    """Refresh tokens have only 64 bits of entropy."""
    server.replace("new_refresh_token", lambda: secrets.token_hex(WEAK))


@fault(violates="rfc6749/10.10/refresh-token-160-bits")
def refresh_tokens_have_no_margin(server: ReferenceServer) -> None:
    """Refresh tokens have 144 bits of entropy, less than recommended."""
    server.replace("new_refresh_token", lambda: secrets.token_hex(MIDDLING))


@fault(
    violates=[
        "rfc6749/10.10/client-secret-128-bits",
        "rfc6749/10.10/client-secret-160-bits",
    ]
)
def client_secrets_are_short(server: ReferenceServer) -> None:
    """Client secrets have only 64 bits of entropy."""
    server.replace("new_client_secret", lambda: secrets.token_hex(WEAK))


@fault(violates="rfc6749/10.10/client-secret-160-bits")
def client_secrets_have_no_margin(server: ReferenceServer) -> None:
    """Client secrets have 144 bits of entropy, less than recommended."""
    server.replace("new_client_secret", lambda: secrets.token_hex(MIDDLING))


@fault(
    violates=[
        "rfc6749/10.10/authorization-code-128-bits",
        "rfc6749/10.10/authorization-code-160-bits",
    ]
)
def codes_are_counted(server: ReferenceServer) -> None:
    """Authorization codes are a timestamp and a counter."""
    numbers = itertools.count(time.time_ns())
    server.replace("new_code", lambda: f"{next(numbers):048d}")


@fault(
    violates=[
        "rfc6749/10.10/access-token-128-bits",
        "rfc6749/10.10/access-token-160-bits",
    ]
)
def access_tokens_share_their_secret(server: ReferenceServer) -> None:
    """Access tokens are one constant secret followed by a counter."""
    shared, numbers = secrets.token_hex(32), itertools.count(1000)
    server.replace("new_access_token", lambda: f"{shared}{next(numbers)}")

"""Race tests: concurrent requests, and what may remain after them."""

from conformance.adversary.races.contests import (
    APP_CONTESTS,
    TOKEN_CONTESTS,
    codes,
    delete,
    one_code,
    opening,
    refresh_tokens,
    renewing,
    revoke_all,
    winners,
)

__all__ = [
    "APP_CONTESTS",
    "TOKEN_CONTESTS",
    "codes",
    "delete",
    "one_code",
    "opening",
    "refresh_tokens",
    "renewing",
    "revoke_all",
    "winners",
]

"""Matchers named after clauses; each leaves what it saw in the evidence.

A matcher that is not met raises Violation, an AssertionError: that alone
makes a scenario fail (or warn, by the level of what it verifies).
"""

from conformance.expect.api import (
    challenge,
    challenge_parameters,
    kept_out,
    let_in,
)
from conformance.expect.authorization_endpoint import (
    code,
    no_code,
    no_redirect,
    redirect_error,
)
from conformance.expect.basics import (
    Violation,
    json_object,
    member,
    refused,
    status,
    success,
    summary,
    that,
)
from conformance.expect.token_endpoint import (
    error,
    no_tokens,
    not_cached,
    tokens,
)

__all__ = [
    "Violation",
    "challenge",
    "challenge_parameters",
    "code",
    "error",
    "json_object",
    "kept_out",
    "let_in",
    "member",
    "no_code",
    "no_redirect",
    "no_tokens",
    "not_cached",
    "redirect_error",
    "refused",
    "status",
    "success",
    "summary",
    "that",
    "tokens",
]

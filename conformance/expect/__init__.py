"""Matchers named after clauses; each leaves what it saw in the evidence.

A matcher that is not met raises Violation, an AssertionError: that alone
makes a scenario fail (or warn, by the level of what it verifies).
"""

from conformance.expect.api import (
    attributes,
    bearer_error,
    challenge,
    challenge_parameters,
    error_codes,
    kept_out,
    let_in,
    no_error_code,
    turned_away,
)
from conformance.expect.apps import (
    app_not_found,
    app_shown,
    apps_listed,
    hides,
    message,
    pagination,
)
from conformance.expect.authorization_endpoint import (
    code,
    error_characters,
    no_code,
    no_code_at,
    no_redirect,
    not_redirected,
    nothing_granted,
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
from conformance.expect.deployment import (
    all_or_nothing,
    not_in_clear,
    refused_cleanly,
    whole_flow,
)
from conformance.expect.page import (
    framing_policy,
    html,
    not_framed,
    not_reflected,
    own_resources,
)
from conformance.expect.token_endpoint import (
    allowed_characters,
    error,
    no_tokens,
    not_cached,
    nothing_issued,
    pragma_no_cache,
    registered_error,
    tokens,
)

__all__ = [
    "Violation",
    "all_or_nothing",
    "allowed_characters",
    "app_not_found",
    "app_shown",
    "apps_listed",
    "attributes",
    "bearer_error",
    "challenge",
    "challenge_parameters",
    "code",
    "error",
    "error_characters",
    "error_codes",
    "framing_policy",
    "hides",
    "html",
    "json_object",
    "kept_out",
    "let_in",
    "member",
    "message",
    "no_code",
    "no_code_at",
    "no_error_code",
    "no_redirect",
    "no_tokens",
    "not_cached",
    "not_framed",
    "not_in_clear",
    "not_redirected",
    "not_reflected",
    "nothing_granted",
    "nothing_issued",
    "own_resources",
    "pagination",
    "pragma_no_cache",
    "redirect_error",
    "refused",
    "refused_cleanly",
    "registered_error",
    "status",
    "success",
    "summary",
    "that",
    "tokens",
    "turned_away",
    "whole_flow",
]

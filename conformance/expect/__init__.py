"""Matchers for responses; each records its expectation in the evidence.

A matcher that is not met raises Violation, an AssertionError. Only that
makes a scenario fail (or warn, depending on the level of its requirement).
"""

from conformance.expect.api import (
    accepted,
    bearer_error,
    challenge,
    challenge_attributes,
    challenge_parameters,
    denied,
    error_codes,
    unauthorized,
)
from conformance.expect.apps import (
    app_shown,
    apps_listed,
    message,
    pagination,
    reveals_none_of,
)
from conformance.expect.authorization_endpoint import (
    code,
    code_withheld,
    code_withheld_from,
    no_code_or_token_in,
    not_redirected_elsewhere,
    redirect_error,
)
from conformance.expect.basics import (
    Violation,
    json_object,
    member,
    refused,
    status,
    success,
    that,
)
from conformance.expect.deployment import (
    refused_or_sent_to_https,
    refused_with_reason,
)
from conformance.expect.malformed import (
    describe,
    in_time,
    no_markup,
    no_server_error,
    no_stack_trace,
    refused_as_json,
    still_serves,
    survived,
)
from conformance.expect.page import (
    html,
    not_framed,
    own_resources,
)
from conformance.expect.token_endpoint import (
    allowed_characters,
    error,
    no_token_in,
    not_cached,
    pragma_no_cache,
    registered_error,
    tokens,
    tokens_refused,
)
from conformance.expect.wording import listed, summary, value

__all__ = [
    "Violation",
    "accepted",
    "allowed_characters",
    "app_shown",
    "apps_listed",
    "bearer_error",
    "challenge",
    "challenge_attributes",
    "challenge_parameters",
    "code",
    "code_withheld",
    "code_withheld_from",
    "denied",
    "describe",
    "error",
    "error_codes",
    "html",
    "in_time",
    "json_object",
    "listed",
    "member",
    "message",
    "no_code_or_token_in",
    "no_markup",
    "no_server_error",
    "no_stack_trace",
    "no_token_in",
    "not_cached",
    "not_framed",
    "not_redirected_elsewhere",
    "own_resources",
    "pagination",
    "pragma_no_cache",
    "redirect_error",
    "refused",
    "refused_as_json",
    "refused_or_sent_to_https",
    "refused_with_reason",
    "registered_error",
    "reveals_none_of",
    "status",
    "still_serves",
    "success",
    "summary",
    "survived",
    "that",
    "tokens",
    "tokens_refused",
    "unauthorized",
    "value",
]

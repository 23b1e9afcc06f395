"""A fixed set of scenarios (canaries), across the endpoints.

Every fault is also run against these; a canary must not fail under a fault
that does not claim to violate what it verifies.
"""

from typing import NamedTuple

CANARIES = {
    f"protocol/{name}"
    for name in (
        "test_apps.py::test_app_by_number",
        "test_apps_public.py::test_ping_is_public",
        "test_code.py::test_code_cannot_be_replayed",
        "test_isolation_tokens.py::test_token_shows_the_consenting_user",
        "test_pkce_token.py::test_verifier_of_another_code",
        "test_revocation.py::test_refresh_token_can_be_revoked",
    )
}

SERVED = {
    # In process, only the last of two equal headers would be passed on.
    "protocol/test_bearer_header.py::test_two_headers_are_refused",
}
"""Scenarios of the protocol that need a server on a port."""


class Blocking(NamedTuple):
    """A fault that blocks a scenario by breaking its precondition.

    Attributes:
        fault: Its name; it accepts a request that must be rejected.
        breaks: The requirement that the blocked scenario names.
        where: A file of the protocol's scenarios.
        name: A scenario in it that verifies another requirement.
    """

    fault: str
    breaks: str
    where: str
    name: str


BLOCKING = [
    Blocking(
        "access_token_outlives_revocation",
        "rfc7009/2/access-token-revocable",
        "test_bearer_challenge.py",
        "test_bad_token_makes_nobody_anonymous",
    ),
    Blocking(
        "deleting_nothing_succeeds",
        "fittrackee/api-oauth2/unknown-app-404",
        "test_isolation.py",
        "test_another_users_app_does_not_exist",
    ),
    Blocking(
        "errors_over_clients_are_successes",
        "rfc6749/5.2/invalid-client",
        "test_token_errors.py",
        "test_error_code_is_plain",
    ),
    Blocking(
        "errors_over_grant_types_are_successes",
        "rfc6749/5.2/error-status",
        "test_token_errors.py",
        "test_error_page_is_a_uri",
    ),
    Blocking(
        "errors_over_grant_types_are_successes",
        "rfc6749/5.2/invalid-request",
        "test_token_request.py",
        "test_empty_parameter_fails_as_a_missing_one",
    ),
    Blocking(
        "every_scope_opens_everything",
        "rfc6749/7/scope-covers-request",
        "test_bearer_challenge.py",
        "test_challenge_says_why",
    ),
    Blocking(
        "list_needs_no_session",
        "fittrackee/api-oauth2/apps-session-required",
        "test_bearer_challenge.py",
        "test_every_401_is_challenged",
    ),
    Blocking(
        "narrow_consent_is_ignored",
        "rfc9700/2.3/no-more-scope-than-asked",
        "test_code.py",
        "test_scope_cannot_be_widened_with_the_code",
    ),
    Blocking(
        "nobody_is_the_first_user",
        "rfc6750/2.1/other-schemes",
        "test_bearer_challenge.py",
        "test_no_token_is_no_token_error",
    ),
    Blocking(
        "nobody_is_the_first_user",
        "rfc6750/3/challenge-without-credentials",
        "test_bearer_challenge.py",
        "test_no_token_is_no_token_error",
    ),
    Blocking(
        "refresh_gives_all_that_the_app_may_ask",
        "rfc6749/6/scope-not-widened",
        "test_refresh_scope.py",
        "test_bad_scope_is_invalid_scope",
    ),
    Blocking(
        "refresh_token_opens_the_api",
        "rfc6749/1.5/refresh-token-opens-nothing",
        "test_bearer_challenge.py",
        "test_bad_token_is_401_invalid_token",
    ),
    Blocking(
        "refresh_token_outlives_revocation",
        "rfc7009/2/refresh-token-revocable",
        "test_isolation_tokens.py",
        "test_revoking_one_users_token_spares_the_others",
    ),
    Blocking(
        "repeated_letter_is_a_token",
        "rfc6749/7/unknown-token",
        "test_bearer_challenge.py",
        "test_challenge_says_why",
    ),
    Blocking(
        "revoke_all_forgets_access_tokens",
        "fittrackee/api-oauth2/revoke-all-ends-access-tokens",
        "test_apps_revoke_all.py",
        "test_app_is_authorized_anew",
    ),
    Blocking(
        "scope_of_a_refresh_is_not_read",
        "rfc6749/5.2/invalid-scope",
        "test_token_errors.py",
        "test_scope_error_description_repeats_nothing_harmful",
    ),
    Blocking(
        "token_stands_for_the_apps_owner",
        "fittrackee/api-oauth2/isolation-profile",
        "test_isolation_tokens.py",
        "test_refreshed_token_shows_the_same_user",
    ),
]


def blocks(fault: str, scenario: str) -> bool:
    """Whether a fault blocks a scenario, given without parameters."""
    return any(
        (m.fault, f"protocol/{m.where}::{m.name}") == (fault, scenario)
        for m in BLOCKING
    )

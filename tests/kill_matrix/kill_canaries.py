"""A fixed set of scenarios, spread over the endpoints.

Every fault is also run against these; those it does not claim to violate
have to stay green.
"""

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
    # In process only the last of two equal headers would arrive.
    "protocol/test_bearer_header.py::test_two_headers_are_refused",
}
"""Scenarios of the protocol that need a server on a real wire."""

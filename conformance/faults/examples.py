"""One fault for each kind of seam, as examples for new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.faults import fault

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference import ReferenceServer


@fault(violates="rfc6749/4.1.2/code-single-use")
def code_survives_exchange(server: ReferenceServer) -> None:
    """Codes can be exchanged more than once."""
    server.replace("code_spent", lambda _code: False)
    server.replace("spend_code", lambda _code: True)


@fault(violates="rfc6749/5.1/no-store")
def token_answer_may_be_cached(server: ReferenceServer) -> None:
    """The token response has no Cache-Control header."""

    def uncover(response: Response) -> None:
        response.headers.pop("Cache-Control", None)

    server.after("POST /api/oauth/token", uncover)


@fault(violates="fittrackee/api-oauth2/token-refresh-answer-members")
def refresh_answers_no_refresh_token(server: ReferenceServer) -> None:
    """A refresh returns no refresh token."""
    server.refresh_grant.INCLUDE_NEW_REFRESH_TOKEN = False

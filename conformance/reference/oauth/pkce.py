"""Proof key for code exchange (RFC 7636), on Authlib's extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7636 import CodeChallenge as AuthlibCodeChallenge

if TYPE_CHECKING:
    from conformance.reference.oauth.code_grant import CodeGrant


class CodeChallenge(AuthlibCodeChallenge):  # type: ignore[misc]
    """Proof key for code exchange (RFC 7636), S256 only."""

    DEFAULT_CODE_CHALLENGE_METHOD = "plain"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(
        self, grant: CodeGrant, _redirect_uri: str
    ) -> None:
        """Raise an error for an invalid challenge (RFC 7636 4.4.1)."""
        rules, given = grant.rules, grant.request.payload.data
        challenge = given.get("code_challenge")
        method = given.get("code_challenge_method")
        if challenge is None:
            if method is not None or rules.challenge_required():
                raise InvalidRequestError("Missing 'code_challenge'.")
            return
        if not rules.challenge_method_supported(method):
            raise InvalidRequestError("'code_challenge_method' must be S256.")
        if not rules.challenge_well_formed(challenge):
            raise InvalidRequestError("Malformed 'code_challenge'.")

    def validate_code_verifier(self, grant: CodeGrant, _result: Any) -> None:
        """Raise an error for an invalid verifier (RFC 7636 4.6)."""
        rules = grant.rules
        verifier = grant.request.form.get("code_verifier")
        code = grant.request.authorization_code
        challenge = code.code_challenge
        if verifier is None:
            if rules.verifier_needed(challenge):
                raise InvalidGrantError("Missing 'code_verifier'.")
            return
        if challenge is None:
            if rules.verifier_without_challenge_refused():
                raise InvalidGrantError("There was no 'code_challenge'.")
            return
        if not rules.verifier_well_formed(verifier):
            raise InvalidRequestError("Malformed 'code_verifier'.")
        method = code.code_challenge_method
        if not rules.verifier_matches(verifier, challenge, method):
            raise InvalidGrantError("The 'code_verifier' does not match.")

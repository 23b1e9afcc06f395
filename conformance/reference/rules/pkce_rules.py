"""Rules of proof key for code exchange (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from conformance.reference.rules.rule_base import RuleBase

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


class PkceRules(RuleBase):
    """S256 only; optional, but enforced once a challenge was sent."""

    def challenge_required(self) -> bool:
        """FitTrackee recommends PKCE and does not require it."""
        return False

    def challenge_method_supported(self, method: str | None) -> bool:
        """``plain`` is rejected, also as the default of a missing method."""
        return method == "S256"

    def challenge_well_formed(self, challenge: str) -> bool:
        """A SHA-256 hash in base64url is 43 characters long."""
        return bool(_CHALLENGE.fullmatch(challenge))

    def verifier_well_formed(self, verifier: str) -> bool:
        """43 to 128 unreserved characters (section 4.1)."""
        return bool(_VERIFIER.fullmatch(verifier))

    def verifier_without_challenge_refused(self) -> bool:
        """A verifier without a challenge hints at a PKCE downgrade."""
        return True

    def verifier_needed(self, challenge: str | None) -> bool:
        """A code with a challenge requires a verifier."""
        return bool(challenge)

    def verifier_matches(
        self, verifier: str, challenge: str, method: str | None
    ) -> bool:
        """Compare the verifier's hash with the challenge (section 4.6)."""
        del method  # only S256 is ever stored
        digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
        expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return secrets.compare_digest(expected, challenge)

"""Rules of a user's own session in FitTrackee's front end.

A session is signed, not stored: only the ids of sessions that were logged
out are stored, until they would have expired.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeSerializer
from werkzeug.security import check_password_hash

from conformance.reference.rules.rule_base import RuleBase
from conformance.reference.storage.models import Account, EndedSession
from conformance.reference.storage.users import dummy_hash

if TYPE_CHECKING:
    from flask import Request

SESSION_COOKIE = "access_token_cookie"
CSRF_COOKIE = "csrf_access_token"
CSRF_HEADER = "X-CSRF-TOKEN"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SessionRules(RuleBase):
    """Authentication of users by password and session."""

    session_key: bytes = b""

    def password_matches(self, user: Account | None, password: str) -> bool:
        """Compare with the stored hash.

        An unknown user takes the same time, so that response times do not
        disclose accounts.
        """
        if not self.storable(password):
            return False
        stored = user.password_hash if user else dummy_hash()
        return check_password_hash(stored, password) and user is not None

    def new_session(self, user: Account) -> dict[str, Any]:
        """Return the claims of a new session."""
        return {
            "user": user.id,
            "session": secrets.token_hex(16),
            "csrf": secrets.token_hex(16),
            "ends": self.now() + self.contract.session_lifetime,
        }

    def renewed_session(self, claims: dict[str, Any]) -> dict[str, Any]:
        """Return the same session with a new expiry."""
        ends = self.now() + self.contract.session_lifetime
        return {**claims, "ends": ends}

    def signed(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed token."""
        return str(self._serializer.dumps(claims))

    def read_session(self, token: str) -> dict[str, Any] | None:
        """Return a token's claims, None when its signature is invalid."""
        try:
            claims = self._serializer.loads(token)
        except BadData:
            return None
        return claims if isinstance(claims, dict) else None

    def session_expired(self, claims: dict[str, Any]) -> bool:
        """A session expires unless it is renewed."""
        return bool(claims["ends"] < self.now())

    def session_ended(self, claims: dict[str, Any]) -> bool:
        """Whether the user has logged out of the session."""
        session = self.database.session
        return session.get(EndedSession, claims["session"]) is not None

    def cookie_accepted(self, request: Request) -> bool:
        """Cookies are ignored next to an Authorization header."""
        return "Authorization" not in request.headers

    def csrf_proven(self, request: Request, claims: dict[str, Any]) -> bool:
        """Unsafe methods require the CSRF token in a header."""
        if request.method in SAFE_METHODS:
            return True
        sent = request.headers.get(CSRF_HEADER, "")
        return secrets.compare_digest(sent.encode(), claims["csrf"].encode())

    @property
    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.session_key, salt="session")

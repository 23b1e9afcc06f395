"""Rules of a user's own session in FitTrackee's front end.

It is signed, not stored: only a session that was logged out before its
time is remembered, until it would have ended anyway.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeSerializer
from werkzeug.security import check_password_hash

from conformance.reference.rules.rule_base import RuleBase
from conformance.reference.storage.models import Account, EndedSession
from conformance.reference.storage.users import nobodys_hash

if TYPE_CHECKING:
    from flask import Request

SESSION_COOKIE = "access_token_cookie"
CSRF_COOKIE = "csrf_access_token"
CSRF_HEADER = "X-CSRF-TOKEN"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class SessionRules(RuleBase):
    """How a user proves to be one."""

    session_key: bytes = b""

    def password_matches(self, user: Account | None, password: str) -> bool:
        """Compare with the stored hash.

        An unknown user takes as long, so that nobody can tell from the
        time who has an account.
        """
        if not self.storable(password):
            return False
        stored = user.password_hash if user else nobodys_hash()
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
        """Return the same session with its time started anew."""
        ends = self.now() + self.contract.session_lifetime
        return {**claims, "ends": ends}

    def signed(self, claims: dict[str, Any]) -> str:
        """Return the claims as the text that travels."""
        return str(self._serializer.dumps(claims))

    def read_session(self, token: str) -> dict[str, Any] | None:
        """Return the claims, None when the signature is not ours."""
        try:
            claims = self._serializer.loads(token)
        except BadData:
            return None
        return claims if isinstance(claims, dict) else None

    def session_expired(self, claims: dict[str, Any]) -> bool:
        """A session ends by itself when it is not renewed."""
        return bool(claims["ends"] < self.now())

    def session_ended(self, claims: dict[str, Any]) -> bool:
        """A session ends when its user logs out."""
        session = self.database.session
        return session.get(EndedSession, claims["session"]) is not None

    def cookie_accepted(self, request: Request) -> bool:
        """An Authorization header makes the cookies ignored."""
        return "Authorization" not in request.headers

    def csrf_proven(self, request: Request, claims: dict[str, Any]) -> bool:
        """Whoever writes has to show that it could read the cookie."""
        if request.method in SAFE_METHODS:
            return True
        sent = request.headers.get(CSRF_HEADER, "")
        return secrets.compare_digest(sent.encode(), claims["csrf"].encode())

    @property
    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.session_key, salt="session")

"""Rules of protected resources (RFC 6750)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from conformance.reference.rules.rule_base import RuleBase
from conformance.reference.storage.models import Token

if TYPE_CHECKING:
    from flask import Request

    from conformance.catalogue.scope_map import Route
    from conformance.reference.storage.models import Account

REALM = "FitTrackee"
ROLES = ("user", "moderator", "admin")
_FORM = "application/x-www-form-urlencoded"
_B64TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


class AccessRules(RuleBase):
    """Which token gives access to which route."""

    realm = REALM

    def authorization_header(self, request: Request) -> str | None:
        """Tokens are read from the Authorization header only."""
        return request.headers.get("Authorization")

    def scheme_is_bearer(self, scheme: str) -> bool:
        """Scheme names are case-insensitive (RFC 9110 section 11.1)."""
        return scheme.lower() == "bearer"

    def token_well_formed(self, token: str) -> bool:
        """A token has the syntax of RFC 6750 section 2.1 (b64token)."""
        return bool(_B64TOKEN.fullmatch(token))

    def token_sent_twice(self, request: Request) -> bool:
        """Whether the token is also in query or body (RFC 6750 2)."""
        if "access_token" in request.args:
            return True
        return request.mimetype == _FORM and "access_token" in request.form

    def find_access_token(self, access_token: str) -> Token | None:
        """Return the stored access token, valid or not; None if unknown."""
        query = select(Token).where(
            Token.access_hash == self.stored(access_token)
        )
        return self.database.session.scalars(query).one_or_none()

    def access_token_expired(self, token: Token) -> bool:
        """An access token expires after its ``expires_in`` seconds."""
        return token.issued_at + token.expires_in < self.now()

    def access_token_revoked(self, token: Token) -> bool:
        """Whether rotation replaced it; see also ``grant_ended``."""
        return token.revoked_at is not None

    def scope_sufficient(self, scope: str, needed: str) -> bool:
        """The token's scope contains the needed one as a whole word."""
        return needed in scope.split()

    def scope_needed(self, route: Route) -> str:
        """Return the scope that a route needs."""
        return route.scope

    def first_party_only(self, route: Route) -> bool:
        """Some routes are for FitTrackee's own front end only."""
        return route.first_party

    def anonymous_allowed(self, route: Route) -> bool:
        """Some routes need no credentials."""
        return route.optional

    def user_active(self, user: Account) -> bool:
        """Inactive users have no access at all."""
        return user.is_active

    def suspended_user_allowed(self, user: Account, route: Route) -> bool:
        """Suspended users reach only a few routes."""
        return user.suspended_at is None or route.allow_suspended

    def role_sufficient(self, user: Account, route: Route) -> bool:
        """A scope does not replace the role that a route requires."""
        return ROLES.index(user.role) >= ROLES.index(route.role or "user")

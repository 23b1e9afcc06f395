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
    """Which token opens which route."""

    realm = REALM

    def authorization_header(self, request: Request) -> str | None:
        """Tokens come in the Authorization header, nowhere else."""
        return request.headers.get("Authorization")

    def scheme_is_bearer(self, scheme: str) -> bool:
        """Names of schemes are the same in capitals (RFC 9110 11.1)."""
        return scheme.lower() == "bearer"

    def token_well_formed(self, token: str) -> bool:
        """The characters of RFC 6750 section 2.1."""
        return bool(_B64TOKEN.fullmatch(token))

    def token_sent_twice(self, request: Request) -> bool:
        """More than one way to send a token at once is an error."""
        if "access_token" in request.args:
            return True
        return request.mimetype == _FORM and "access_token" in request.form

    def find_access_token(self, access_token: str) -> Token | None:
        """Return what is known of an access token, good or not."""
        query = select(Token).where(
            Token.access_hash == self.stored(access_token)
        )
        return self.database.session.scalars(query).one_or_none()

    def access_token_expired(self, token: Token) -> bool:
        """An access token lives as long as its answer said."""
        return token.issued_at + token.expires_in < self.now()

    def access_token_revoked(self, token: Token) -> bool:
        """Rotated away; what ends a whole grant is a rule of its own."""
        return token.revoked_at is not None

    def scope_sufficient(self, scope: str, needed: str) -> bool:
        """The needed scope stands in the token's, as a whole word."""
        return needed in scope.split()

    def scope_needed(self, route: Route) -> str:
        """Return the scope that a route needs."""
        return route.scope

    def first_party_only(self, route: Route) -> bool:
        """Some routes are for FitTrackee's own front end alone."""
        return route.first_party

    def anonymous_allowed(self, route: Route) -> bool:
        """Some routes answer without credentials too."""
        return route.optional

    def user_active(self, user: Account) -> bool:
        """Inactive users have no access at all."""
        return user.is_active

    def suspended_user_allowed(self, user: Account, route: Route) -> bool:
        """Suspended users reach only a few routes."""
        return user.suspended_at is None or route.allow_suspended

    def role_sufficient(self, user: Account, route: Route) -> bool:
        """A scope never lends a role that the user has not."""
        return ROLES.index(user.role) >= ROLES.index(route.role or "user")

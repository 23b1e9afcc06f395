"""Authentication and access control (RFC 6750; FitTrackee's roles).

There are two kinds of caller. FitTrackee's own front end presents a session
and has all rights of its user. An app presents an access token and has the
rights of its scope, on routes that are open to apps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6750 import (
    BearerTokenValidator as AuthlibBearerTokenValidator,
)
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from flask import g, request
from werkzeug.exceptions import HTTPException

from conformance.reference.api.responses import NO_PERMISSION, NO_TOKEN, refuse
from conformance.reference.rules.session_rules import SESSION_COOKIE
from conformance.reference.storage.models import Account, Token

if TYPE_CHECKING:
    from conformance.catalogue.scope_map import Route
    from conformance.reference.rules import Rules

_MESSAGES = {401: NO_TOKEN, 403: NO_PERMISSION}


@dataclass(frozen=True)
class Caller:
    """The authenticated sender of a request.

    Attributes:
        user: The user it acts for; None for an anonymous caller.
        token: The access token of the app, None for the front end.
        claims: The session's claims, None for an app.
    """

    user: Account | None
    token: Token | None = None
    claims: dict[str, Any] | None = None

    @property
    def account(self) -> Account:
        """The user of a route that requires one."""
        assert self.user is not None  # noqa: S101 - the gate requires it
        return self.user


class BearerTokenValidator(AuthlibBearerTokenValidator):  # type: ignore[misc]
    """Authlib's bearer token validator, on this server's rules."""

    def __init__(self, rules: Rules) -> None:
        """Belong to one server."""
        super().__init__(realm=rules.realm)
        self.rules = rules

    def authenticate_token(self, token_string: str) -> Token | None:
        """Return the token, valid or not; None when it is unknown."""
        if not self.rules.token_well_formed(token_string):
            return None
        return self.rules.find_access_token(token_string)

    def validate_token(
        self, token: Token | None, scopes: list[str], request: Any
    ) -> None:
        """Reject an unknown, expired or revoked token, or wrong scope.

        Raises:
            InvalidTokenError: It is unknown, expired or revoked, or its
                user is inactive.
            InsufficientScopeError: It lacks one of the scopes.
        """
        del request
        rules = self.rules
        if (
            token is None
            or rules.access_token_expired(token)
            or rules.access_token_revoked(token)
            or rules.grant_ended(token.grant)
            or not rules.user_active(token.grant.user)
        ):
            raise InvalidTokenError(realm=self.realm)
        for scope in scopes:
            if not rules.scope_sufficient(token.scope, scope):
                raise InsufficientScopeError


class Gate:
    """Authenticates callers and checks their access to a route."""

    def __init__(self, rules: Rules, validator: BearerTokenValidator) -> None:
        """Belong to one server."""
        self.rules = rules
        self.validator = validator

    def pass_through(self, route: Route) -> Caller:
        """Return the caller; abort with 401 or 403 without access."""
        caller = self.caller(route)
        if caller.user is None:
            return caller
        if not self.rules.suspended_user_allowed(caller.user, route):
            refuse(403, f"{NO_PERMISSION}, your account is suspended")
        if not self.rules.role_sufficient(caller.user, route):
            refuse(403, NO_PERMISSION)
        return caller

    def caller(self, route: Route) -> Caller:
        """Return the authenticated caller; abort with 401 or 403."""
        header = self.rules.authorization_header(request)
        session = self.session(header)
        if session is not None:
            return session
        if header is None:
            if self.rules.anonymous_allowed(route):
                return Caller(None)
            self._unauthenticated()
        if self.rules.first_party_only(route):
            self._refuse(InvalidTokenError(realm=self.rules.realm))
        try:
            token = self.access_token(header, self.rules.scope_needed(route))
        except OAuth2Error as error:
            self._refuse(error, self.rules.scope_needed(route))
        return Caller(token.grant.user, token=token)

    # -- a user's own session -------------------------------------------

    def session(self, header: str | None) -> Caller | None:
        """Return the caller of a front-end session, None without one."""
        if self.rules.contract.session == "bearer":
            scheme, _, token = (header or "").partition(" ")
            claims = self.rules.read_session(token.strip())
            if claims is None or not self.rules.scheme_is_bearer(scheme):
                return None
        else:
            if not self.rules.cookie_accepted(request):
                return None
            claims = self.rules.read_session(
                request.cookies.get(SESSION_COOKIE, "")
            )
            if claims is None:
                return None
            if not self.rules.csrf_proven(request, claims):
                self._unauthenticated()
        return self._session_caller(claims)

    def _session_caller(self, claims: dict[str, Any]) -> Caller:
        """Return the session's user; 401 when the session has ended."""
        messages = self.rules.contract.messages
        user = self.rules.database.session.get(Account, claims["user"])
        if self.rules.session_expired(claims):
            self._session_over(messages["expired_session"])
        if self.rules.session_ended(claims) or user is None:
            self._session_over(messages["ended_session"])
        if not self.rules.user_active(user):
            self._unauthenticated()
        g.claims = claims
        return Caller(user, claims=claims)

    def session_or_none(self, header: str | None) -> Caller | None:
        """Return a page's visitor, None when a login is needed."""
        try:
            return self.session(header)
        except HTTPException:
            return None

    # -- an app's access token ------------------------------------------

    def access_token(self, header: str, scope: str) -> Token:
        """Return the token that an Authorization header presents.

        Raises:
            OAuth2Error: It is malformed, invalid or of insufficient scope.
        """
        scheme, _, credentials = header.strip().partition(" ")
        if not self.rules.scheme_is_bearer(scheme):
            self._unauthenticated()
        credentials = credentials.strip()
        if not credentials or " " in credentials:
            raise InvalidRequestError("One bearer token is expected.")
        if self.rules.token_sent_twice(request):
            raise InvalidRequestError("The token was sent in two ways.")
        token = self.validator.authenticate_token(credentials)
        # A route without a scope is closed to apps: no token has scope "".
        self.validator.validate_token(token, [scope], request)
        assert token is not None  # noqa: S101 - the validator raises
        return token

    # -- errors (RFC 6750 section 3) ------------------------------------

    def _session_over(self, message: str) -> NoReturn:
        """Abort with 401 invalid_token: the user has to log in again."""
        refuse(
            401,
            message,
            headers=self.challenge(error=InvalidTokenError.error),
            error=InvalidTokenError.error,
        )

    def _unauthenticated(self) -> NoReturn:
        """Abort with 401 and a challenge without an error code."""
        refuse(401, NO_TOKEN, headers=self.challenge())

    def _refuse(self, error: OAuth2Error, scope: str = "") -> NoReturn:
        """Abort with the error's status, its code in body and challenge."""
        description = error.get_error_description()
        refuse(
            error.status_code,
            _MESSAGES.get(error.status_code, "invalid request"),
            headers=self.challenge(
                error=error.error, error_description=description, scope=scope
            ),
            error=error.error,
            error_description=description,
        )

    def challenge(self, **attributes: str) -> dict[str, str]:
        """Return the WWW-Authenticate header."""
        if attributes.get("error") != "insufficient_scope":
            attributes.pop("scope", None)
        named = {"realm": self.rules.realm, **attributes}
        quoted = ", ".join(f'{k}="{v}"' for k, v in named.items())
        return {"WWW-Authenticate": f"Bearer {quoted}"}

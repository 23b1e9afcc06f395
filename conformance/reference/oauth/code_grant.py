"""The authorization code grant (RFC 6749 section 4.1), on Authlib's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    UnsupportedResponseTypeError,
    grants,
)

from conformance.reference.oauth.grant_base import GrantBase
from conformance.reference.oauth.oauth_request import repeated_text
from conformance.reference.storage.models import (
    AuthorizationCode,
    AuthorizationGrant,
)

if TYPE_CHECKING:
    from conformance.reference.storage.models import Account, RegisteredApp


class CodeGrant(GrantBase, grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """The authorization code grant (RFC 6749 section 4.1)."""

    # -- authorization request ------------------------------------------

    @classmethod
    def check_authorization_endpoint(cls, _request: Any) -> bool:
        """Return True: response_type is validated with the rest."""
        return True

    def validate_authorization_request(self) -> str:
        """Return the redirection URI of a valid authorization request.

        Raises:
            OAuth2Error: With a redirect_uri when the error goes to the
                app.
        """
        app = self.request.client = self.requested_app()
        redirect_uri = self.requested_redirect_uri(app)
        try:
            self.reject_repeated_parameters()
            self.validate_response_type()
            self.validate_scope(app)
            self.execute_hook(
                "after_validate_authorization_request_payload", redirect_uri
            )
        except OAuth2Error as error:
            error.redirect_uri = redirect_uri
            raise
        return redirect_uri

    def requested_app(self) -> RegisteredApp:
        """Return the app that client_id names; an error for the user."""
        client_ids = self.request.payload.datalist.get("client_id", [])
        if len(client_ids) != 1:
            raise InvalidRequestError("One 'client_id' is needed.")
        app: RegisteredApp | None = self.server.query_client(client_ids[0])
        if app is None:
            raise InvalidClientError("There is no such client.")
        return app

    def requested_redirect_uri(self, app: RegisteredApp) -> str:
        """Return the redirection URI; an error for the user if invalid."""
        given = self.request.payload.datalist.get("redirect_uri", [])
        if len(given) > 1:
            raise InvalidRequestError("One 'redirect_uri' is enough.")
        if not given:
            default = self.rules.default_redirect_uri(app)
            if default is None:
                raise InvalidRequestError("Missing 'redirect_uri'.")
            return default
        redirect_uri: str = given[0]
        if not self.rules.redirect_uri_registered(app, redirect_uri):
            raise InvalidRequestError("This 'redirect_uri' is not known.")
        return redirect_uri

    def reject_repeated_parameters(self) -> None:
        """Raise invalid_request for a repeated parameter (section 3.1)."""
        if names := self.rules.repeated(self.request.sent):
            raise InvalidRequestError(repeated_text(names))

    def validate_response_type(self) -> None:
        """Raise an error unless the response type is "code"."""
        response_type = self.request.payload.response_type
        if not response_type:
            raise InvalidRequestError("Missing 'response_type'.")
        if not self.rules.response_type_supported(response_type):
            error = UnsupportedResponseTypeError("")
            error.get_error_description = lambda: "Only 'code' is supported."
            raise error

    def validate_scope(self, app: RegisteredApp) -> None:
        """Set the scope to consent to; raise invalid_scope."""
        requested = self.request.payload.scope
        scope = self.rules.consented_scope(app, requested)
        if scope is None:
            raise InvalidScopeError
        self.request.validated_scope = scope

    def create_authorization_response(
        self, redirect_uri: str, grant_user: Account | None
    ) -> tuple[int, str, list[tuple[str, str]]]:
        """Return the redirection with code and state (section 4.1.2)."""
        # Authlib saves the code and raises access_denied without a user.
        self.request.sent_to = redirect_uri
        _, _, headers = super().create_authorization_response(
            redirect_uri, grant_user
        )
        self.rules.database.session.commit()
        parameters = [("code", self.request.new_code)]
        state = self.rules.state_returned(self.request.payload.state)
        if state is not None:
            parameters.append(("state", state))
        location = self.rules.redirection(redirect_uri, parameters)
        return 302, "", [*headers[:-1], ("Location", location)]

    def generate_authorization_code(self) -> str:
        """Return a fresh code."""
        code: str = self.rules.new_code()
        self.request.new_code = code
        return code

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Store the grant and its authorization code."""
        rules, payload = self.rules, request.payload
        grant = AuthorizationGrant(
            app_id=request.client.id,
            user_id=request.user.id,
            scope=rules.issued_scope(request.validated_scope),
        )
        rules.database.session.add(grant)
        rules.database.session.flush()
        rules.database.session.add(
            AuthorizationCode(
                code_hash=rules.stored(code),
                grant_id=grant.id,
                redirect_uri=payload.redirect_uri,
                sent_to=request.sent_to,
                code_challenge=payload.data.get("code_challenge"),
                code_challenge_method=payload.data.get(
                    "code_challenge_method"
                ),
                issued_at=rules.now(),
            )
        )

    # -- token request ---------------------------------------------------

    def query_authorization_code(
        self, code: str, client: RegisteredApp
    ) -> AuthorizationCode | None:
        """Return a code that is valid for this client, None otherwise."""
        stored = self.rules.find_code(code)
        if stored is None or not self.rules.code_belongs_to(stored, client):
            return None
        if self.rules.code_spent(stored):
            self.rules.code_replayed(stored)
            return None
        if self.rules.code_expired(stored):
            return None
        if self.rules.grant_ended(stored.grant):
            return None
        self._check_redirect_uri(stored)
        return stored

    def _check_redirect_uri(self, code: AuthorizationCode) -> None:
        """Raise invalid_grant unless redirect_uri matches (4.1.3)."""
        given = self.request.payload.redirect_uri
        if not self.rules.redirect_uri_repeated(code, given):
            raise InvalidGrantError("The 'redirect_uri' does not match.")

    def authenticate_user(self, code: AuthorizationCode) -> Account | None:
        """Return the user who consented, while the user is active."""
        user = code.grant.user
        return user if self.rules.user_active(user) else None

    def save_token(self, token: dict[str, Any]) -> None:
        """Mark the code as used and store the token, in one transaction."""
        code = self.request.authorization_code
        self.rules.hold_grant(code.grant_id)
        if not self.rules.spend_code(code):
            self.rules.code_replayed(code)
            raise InvalidGrantError("The code was used before.")
        self.store_token(token, code.grant_id)

    def delete_authorization_code(self, code: AuthorizationCode) -> None:
        """Do nothing: a used code is kept so that a replay is detected."""

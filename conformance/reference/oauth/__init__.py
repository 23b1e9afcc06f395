"""The authorization server: Authlib's, on this server's rules.

Errors of an authorization request follow RFC 6749 section 4.1.2.1: while the
client or the redirection URI is invalid, the user sees the error; after that
it goes to the client, on the redirection URI. FitTrackee does not redirect by
itself: it returns ``{"redirect_url": …}`` and its front end navigates there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.integrations.flask_oauth2 import (
    AuthorizationServer as AuthlibServer,
)
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from sqlalchemy.exc import IntegrityError

from conformance.reference.api.responses import json_response
from conformance.reference.oauth.oauth_request import (
    ClientAuthenticationError,
    OAuthRequest,
    repeated_text,
)

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.rules import Rules
    from conformance.reference.storage.models import Account, RegisteredApp


class AuthorizationServer(AuthlibServer):  # type: ignore[misc]
    """One server's authorization, token and revocation endpoints."""

    def __init__(self, rules: Rules) -> None:
        """Belong to one server."""
        super().__init__()
        self.rules = rules
        self.register_token_generator("default", self.new_token)
        self.register_client_auth_method(
            "client_secret_post", self._secret_in_body
        )

    def query_client(self, client_id: str) -> RegisteredApp | None:
        """Return the app of a client identifier."""
        return self.rules.find_app(client_id)

    def create_oauth2_request(self, _request: Any = None) -> OAuthRequest:
        """Return the current request."""
        return OAuthRequest(self.rules)

    # -- authorization endpoint -----------------------------------------

    def authorization_endpoint_response(self, user: Account) -> Response:
        """Return the response to a logged-in user's authorization request.

        200 ``{"redirect_url": …}``, or an error with its own status.
        """
        oauth_request = None
        try:
            oauth_request = self.create_oauth2_request()
            location = self._redirection(oauth_request, user)
        except OAuth2Error as error:
            return self._authorization_error(oauth_request, error)
        except IntegrityError:
            # The app was deleted while its user was consenting.
            return self._authorization_error(None, InvalidClientError())
        return json_response({"redirect_url": location})

    def _redirection(self, oauth_request: OAuthRequest, user: Account) -> str:
        """Return the URI that the user's browser is sent to."""
        grant = self.get_authorization_grant(oauth_request)
        redirect_uri = grant.validate_authorization_request()
        confirm = oauth_request.payload.data.get("confirm")
        consents = self.rules.consent_given(confirm)
        _status, _body, headers = grant.create_authorization_response(
            redirect_uri, user if consents else None
        )
        return str(dict(headers)["Location"])

    def _authorization_error(
        self, oauth_request: OAuthRequest | None, error: OAuth2Error
    ) -> Response:
        """Send an error to the app on its redirection URI, or to the user.

        RFC 6749 section 4.1.2.1.
        """
        self.rules.database.session.rollback()
        if oauth_request is None or not self.rules.error_goes_to_app(error):
            status, body, headers = OAuth2Error.__call__(_plain(error))
            return self._response(status, body, headers)
        parameters = [("error", error.error)]
        if description := error.get_error_description():
            parameters.append(("error_description", description))
        state = self.rules.state_returned(oauth_request.payload.state)
        if state is not None:
            parameters.append(("state", state))
        location = self.rules.redirection(error.redirect_uri, parameters)
        return json_response({"redirect_url": location})

    # -- token and revocation endpoints ---------------------------------

    def token_endpoint_response(self) -> Response:
        """Return the response to a token request (RFC 6749 section 5)."""
        return self._endpoint_response(self._issue)

    def revocation_endpoint_response(self) -> Response:
        """Return the response to a revocation request (RFC 7009 2)."""
        return self._endpoint_response(self._revoke)

    def _endpoint_response(self, endpoint: Any) -> Response:
        """Return an endpoint's response, or its OAuth error."""
        session = self.rules.database.session
        try:
            oauth_request = self.create_oauth2_request()
            self._reject_repeated(oauth_request)
            response = self._response(*endpoint(oauth_request))
            session.commit()
        except OAuth2Error as error:
            # A replay has ended a grant: that must be stored.
            session.commit()
            response = self._response(*_plain(error)())
        except IntegrityError:
            # The app was deleted while its code was being exchanged.
            session.rollback()
            response = json_response({"error": "invalid_grant"}, 400)
        return response

    def _issue(self, oauth_request: OAuthRequest) -> tuple[int, Any, Any]:
        """Return status, body and headers from the grant type."""
        if not oauth_request.payload.grant_type:
            raise InvalidRequestError("Missing 'grant_type' in request.")
        grant = self.get_token_grant(oauth_request)
        grant.validate_token_request()
        status, body, headers = grant.create_token_response()
        return status, self.rules.token_response(body), headers

    def _revoke(self, oauth_request: OAuthRequest) -> tuple[int, Any, Any]:
        """Return status, body and headers from the revocation endpoint."""
        (endpoint,) = self._endpoints["revocation"]
        result: tuple[int, Any, Any] = endpoint(oauth_request)
        return result

    def _response(self, *parts: Any) -> Response:
        """Return status, body and headers as a response."""
        response: Response = self.handle_response(*parts)
        return response

    def _reject_repeated(self, oauth_request: OAuthRequest) -> None:
        """Raise invalid_request for a repeated parameter."""
        if names := self.rules.repeated(oauth_request.sent):
            raise InvalidRequestError(repeated_text(names))

    # -- client authentication (RFC 6749 section 2.3) -------------------

    def authenticate_client(
        self,
        request: OAuthRequest,
        methods: list[str],
        endpoint: str = "token",
    ) -> RegisteredApp:
        """Return the authenticated client.

        Raises:
            ClientAuthenticationError: 401 invalid_client.
            InvalidRequestError: More than one authentication method.
        """
        scheme = request.headers.get("Authorization", "").partition(" ")[0]
        refuses = self.rules.basic_authentication_refused()
        if scheme.lower() == "basic" and refuses:
            if request.form.get("client_secret"):
                raise InvalidRequestError("Two ways of authentication.")
            raise ClientAuthenticationError(
                description="Credentials belong in the request body."
            )
        try:
            client: RegisteredApp = super().authenticate_client(
                request, methods, endpoint
            )
        except InvalidClientError as error:
            raise ClientAuthenticationError(
                description="The client could not be authenticated."
            ) from error
        return client

    def _secret_in_body(
        self, query_client: Any, request: Any
    ) -> RegisteredApp | None:
        """client_secret_post: both credentials in the body."""
        client_id = request.form.get("client_id")
        client_secret = request.form.get("client_secret")
        if not client_id or not client_secret:
            return None
        app: RegisteredApp | None = query_client(client_id)
        if app and self.rules.secret_matches(app, client_secret):
            return app
        return None

    # -- tokens -----------------------------------------------------------

    def new_token(self, **arguments: Any) -> dict[str, Any]:
        """Return the members of a token response (section 5.1)."""
        rules = self.rules
        generator = BearerTokenGenerator(
            lambda **_: rules.new_access_token(),
            lambda **_: rules.new_refresh_token(),
            lambda *_: rules.access_token_lifetime,
        )
        # The user consented to the scope; Authlib would ask the client.
        generator.get_allowed_scope = lambda _client, scope: scope
        token: dict[str, Any] = generator(**arguments)
        return token


def _plain(error: OAuth2Error) -> OAuth2Error:
    """Return the error without a redirection: it goes into the body."""
    error.redirect_uri = None
    error.state = None
    return error

"""The authorization server: Authlib's, asking this server's rules.

An authorization request is answered as RFC 6749 section 4.1.2.1 says: as
long as the app or the redirection URI is in doubt the user is told, and
from then on the app is, by the redirection URI. FitTrackee does not send
the redirection itself: it answers ``{"redirect_url": …}`` and its front end
navigates there.
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

from conformance.reference.api.answers import answer
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
        """Ask the rules of one server."""
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
        """Read the request being answered."""
        return OAuthRequest(self.rules)

    # -- authorization endpoint -----------------------------------------

    def authorization_answer(self, user: Account) -> Response:
        """Answer an authorization request of a user who is logged in."""
        oauth_request = None
        try:
            oauth_request = self.create_oauth2_request()
            location = self._redirection(oauth_request, user)
        except OAuth2Error as error:
            return self._authorization_error(oauth_request, error)
        except IntegrityError:
            # The app was deleted while its user was consenting.
            return self._authorization_error(None, InvalidClientError())
        return answer({"redirect_url": location})

    def _redirection(self, oauth_request: OAuthRequest, user: Account) -> str:
        """Return where the user's browser has to go."""
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
        """Tell the app by its redirection URI, or else the user."""
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
        return answer({"redirect_url": location})

    # -- token and revocation endpoints ---------------------------------

    def token_answer(self) -> Response:
        """Answer a token request (RFC 6749 section 5)."""
        return self._endpoint_answer(self._issue)

    def revocation_answer(self) -> Response:
        """Answer a revocation request (RFC 7009 section 2)."""
        return self._endpoint_answer(self._revoke)

    def _endpoint_answer(self, endpoint: Any) -> Response:
        """Answer what a client sent, or its error."""
        session = self.rules.database.session
        try:
            oauth_request = self.create_oauth2_request()
            self._refuse_repeated(oauth_request)
            response = self._response(*endpoint(oauth_request))
            session.commit()
        except OAuth2Error as error:
            # What a replay ended stays ended.
            session.commit()
            response = self._response(*_plain(error)())
        except IntegrityError:
            # The app was deleted while its code was being exchanged.
            session.rollback()
            response = answer({"error": "invalid_grant"}, 400)
        return response

    def _issue(self, oauth_request: OAuthRequest) -> tuple[int, Any, Any]:
        """Find the grant type and let it answer."""
        if not oauth_request.payload.grant_type:
            raise InvalidRequestError("Missing 'grant_type' in request.")
        grant = self.get_token_grant(oauth_request)
        grant.validate_token_request()
        status, body, headers = grant.create_token_response()
        return status, self.rules.token_response(body), headers

    def _revoke(self, oauth_request: OAuthRequest) -> tuple[int, Any, Any]:
        """Let the revocation endpoint answer."""
        (endpoint,) = self._endpoints["revocation"]
        result: tuple[int, Any, Any] = endpoint(oauth_request)
        return result

    def _response(self, *parts: Any) -> Response:
        """Return status, body and headers as a response."""
        response: Response = self.handle_response(*parts)
        return response

    def _refuse_repeated(self, oauth_request: OAuthRequest) -> None:
        """Raise invalid_request when a parameter is there twice."""
        if names := self.rules.repeated(oauth_request.sent):
            raise InvalidRequestError(repeated_text(names))

    # -- client authentication (RFC 6749 section 2.3) -------------------

    def authenticate_client(
        self,
        request: OAuthRequest,
        methods: list[str],
        endpoint: str = "token",
    ) -> RegisteredApp:
        """Return the client; invalid_client when it is not proven."""
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

    def new_token(self, **wanted: Any) -> dict[str, Any]:
        """Return the members of a token response (section 5.1)."""
        rules = self.rules
        generator = BearerTokenGenerator(
            lambda **_: rules.new_access_token(),
            lambda **_: rules.new_refresh_token(),
            lambda *_: rules.access_token_lifetime,
        )
        # The scope was settled by consent; Authlib would ask the client.
        generator.get_allowed_scope = lambda _client, scope: scope
        token: dict[str, Any] = generator(**wanted)
        return token


def _plain(error: OAuth2Error) -> OAuth2Error:
    """Return the error as one that is told in the body."""
    error.redirect_uri = None
    error.state = None
    return error

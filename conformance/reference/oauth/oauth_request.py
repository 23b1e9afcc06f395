"""OAuth requests for Authlib, their parameters read by this server's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import (
    InsecureTransportError,
    InvalidClientError,
    OAuth2Payload,
)
from flask import request

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from conformance.reference.rules import Rules


class Parameters(OAuth2Payload):  # type: ignore[misc]
    """The parameters of a request, without empty ones."""

    def __init__(self, given: MultiDict[str, str]) -> None:
        """Keep the parameters unchanged."""
        self._given = given

    @property
    def data(self) -> MultiDict[str, str]:
        """The first value of each parameter."""
        return self._given

    @property
    def datalist(self) -> dict[str, list[str]]:
        """All values of each parameter."""
        return dict(self._given.lists())

    @property
    def response_type(self) -> str | None:
        """The response type as sent; Authlib would sort its words."""
        return self._given.get("response_type")


class OAuthRequest(OAuth2Request):  # type: ignore[misc]
    """An OAuth request whose parameters are read by the rules.

    Attributes:
        sent: Every parameter, empty ones included.
        validated_scope: The scope, after validation.
        sent_to: The redirection URI that gets the code.
        new_code: The code that was issued.
    """

    validated_scope: str = ""
    sent_to: str = ""
    new_code: str = ""

    def __init__(self, rules: Rules) -> None:
        """Read the current request.

        Raises:
            InsecureTransportError: It was sent over plain HTTP.
        """
        if not rules.secure_transport(request.url):
            raise InsecureTransportError
        # The rule above decides, not Authlib's own check of the scheme.
        super().__init__(
            request.method, "https://localhost/", headers=request.headers
        )
        self.uri = request.url
        self.sent = rules.parameters(request)
        self.payload = Parameters(rules.without_omitted(self.sent))

    @property
    def form(self) -> MultiDict[str, str]:
        """The parameters, under the name that Authlib uses for a body."""
        given: MultiDict[str, str] = self.payload.data
        return given


class ClientAuthenticationError(InvalidClientError):  # type: ignore[misc]
    """invalid_client with status 401 and WWW-Authenticate (RFC 6749 5.2)."""

    status_code = 401

    def get_headers(self) -> list[tuple[str, str]]:
        """Return the headers, WWW-Authenticate included."""
        headers: list[tuple[str, str]] = OAuth2Error.get_headers(self)
        challenge = 'Basic realm="FitTrackee"'
        return [*headers, ("WWW-Authenticate", challenge)]


def repeated_text(names: list[str]) -> str:
    """Return the error description; it does not reflect the names."""
    return f"Repeated parameters in the request: {len(names)}."

"""OAuth requests as this server reads them, for Authlib."""

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
    """The parameters of a request, without those that have no value."""

    def __init__(self, given: MultiDict[str, str]) -> None:
        """Take them over as they were sent."""
        self._given = given

    @property
    def data(self) -> MultiDict[str, str]:
        """One value for each name."""
        return self._given

    @property
    def datalist(self) -> dict[str, list[str]]:
        """Every value for each name."""
        return dict(self._given.lists())

    @property
    def response_type(self) -> str | None:
        """As it was sent; Authlib would sort its words."""
        return self._given.get("response_type")


class OAuthRequest(OAuth2Request):  # type: ignore[misc]
    """An OAuth request whose parameters are read as the rules say.

    Attributes:
        sent: Every parameter, also those without a value.
        settled_scope: The scope, once it was found to be in order.
        sent_to: Where the code goes.
        new_code: The code that goes there.
    """

    settled_scope: str = ""
    sent_to: str = ""
    new_code: str = ""

    def __init__(self, rules: Rules) -> None:
        """Read the request being answered.

        Raises:
            InsecureTransportError: It came over plain HTTP.
        """
        if not rules.secure_transport(request.url):
            raise InsecureTransportError
        # The rule above has the say, not Authlib's own test of the scheme.
        super().__init__(
            request.method, "https://localhost/", headers=request.headers
        )
        self.uri = request.url
        self.sent = rules.parameters(request)
        self.payload = Parameters(rules.without_omitted(self.sent))

    @property
    def form(self) -> MultiDict[str, str]:
        """The same parameters, by Authlib's other name for them."""
        given: MultiDict[str, str] = self.payload.data
        return given


class ClientAuthenticationError(InvalidClientError):  # type: ignore[misc]
    """invalid_client, always with 401 and what HTTP wants beside it."""

    status_code = 401

    def get_headers(self) -> list[tuple[str, str]]:
        """Add the WWW-Authenticate header that goes with 401."""
        headers: list[tuple[str, str]] = OAuth2Error.get_headers(self)
        challenge = 'Basic realm="FitTrackee"'
        return [*headers, ("WWW-Authenticate", challenge)]


def repeated_text(names: list[str]) -> str:
    """Return the error text; names are the sender's, so only a count."""
    return f"Repeated parameters in the request: {len(names)}."

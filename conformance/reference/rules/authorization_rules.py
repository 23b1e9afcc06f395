"""Rules of the authorization endpoint (RFC 6749 section 4.1.1, 4.1.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from authlib.common.security import generate_token
from sqlalchemy import select

from conformance.reference.rules.rule_base import RuleBase
from conformance.reference.storage.models import RegisteredApp

if TYPE_CHECKING:
    from authlib.oauth2 import OAuth2Error

CODE_LENGTH = 48
LARGEST_PORT = 65_535
_LOOPBACK = re.compile(
    r"(?P<host>http://(?:127\.0\.0\.1|\[::1\]|localhost))"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?][!-~]*)?)"
)


class AuthorizationRules(RuleBase):
    """Validation of authorization requests, and the redirection."""

    def find_app(self, client_id: str) -> RegisteredApp | None:
        """Return the app of a client identifier, of any user."""
        if not self.storable(client_id):
            return None
        query = select(RegisteredApp).where(
            RegisteredApp.client_id == client_id
        )
        return self.database.session.scalars(query).one_or_none()

    def redirect_uri_registered(
        self, app: RegisteredApp, redirect_uri: str
    ) -> bool:
        """Compared as strings, character by character (RFC 9700 2.1).

        Native apps cannot choose their port in advance: the port of a
        loopback host is not compared (RFC 8252 section 7.3).
        """
        if redirect_uri in app.redirect_uris:
            return True
        portless = self.loopback_without_port(redirect_uri)
        return portless is not None and portless in map(
            self.loopback_without_port, app.redirect_uris
        )

    def loopback_without_port(self, uri: str) -> str | None:
        """Return a loopback URI without its port, None for any other."""
        found = _LOOPBACK.fullmatch(uri)
        if not found or int(found["port"] or 1) > LARGEST_PORT:
            return None
        return found["host"] + found["rest"]

    def default_redirect_uri(self, app: RegisteredApp) -> str | None:
        """The redirection URI may be omitted when one is registered."""
        return app.redirect_uris[0] if len(app.redirect_uris) == 1 else None

    def response_type_supported(self, response_type: str) -> bool:
        """``code`` is the only supported response type."""
        return response_type == "code"

    def consented_scope(
        self, app: RegisteredApp, scope: str | None
    ) -> str | None:
        """Return the scope to ask consent for, None when it is invalid.

        It is required, and must be within the app's registered scope.
        """
        requested = list(dict.fromkeys((scope or "").split(" ")))
        if "" in requested or not set(requested) <= set(app.scope.split()):
            return None
        return " ".join(requested)

    def consent_given(self, confirm: str | None) -> bool:
        """The user consents only with ``confirm=true``."""
        return confirm is not None and confirm.lower() == "true"

    def new_code(self) -> str:
        """Return a fresh authorization code (RFC 6749 section 10.10)."""
        return str(generate_token(CODE_LENGTH))

    def error_goes_to_app(self, error: OAuth2Error) -> bool:
        """Errors after validation of the redirection URI go to the app."""
        return bool(error.redirect_uri)

    def state_returned(self, state: str | None) -> str | None:
        """The state is returned unchanged (RFC 6749 section 4.1.2)."""
        return state

    def redirection(
        self, redirect_uri: str, parameters: list[tuple[str, str]]
    ) -> str:
        """Return the URI with the parameters added to its query."""
        query = urlencode(parameters, quote_via=quote)
        joint = "&" if "?" in redirect_uri else "?"
        return f"{redirect_uri}{joint}{query}"

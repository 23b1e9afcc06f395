"""Rules of client registration (RFC 6749 section 2)."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from authlib.common.security import generate_token
from sqlalchemy import Select, select

from conformance.reference.rules.rule_base import RuleBase
from conformance.reference.storage.models import RegisteredApp

if TYPE_CHECKING:
    from conformance.reference.storage.models import Account

CLIENT_ID_LENGTH = 24
CLIENT_SECRET_LENGTH = 48
LONGEST_NAME = 1_000
LONGEST_DESCRIPTION = 10_000
LONGEST_URI = 2_000
_PRIVATE_USE = re.compile(
    r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+:/[A-Za-z0-9\-._~?&=%]"
    r"[A-Za-z0-9\-._~/?&=%]*"
)
_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


class RegistrationRules(RuleBase):
    """Validation of an app's metadata."""

    page_size = 5

    def new_client_id(self) -> str:
        """Return a fresh public identifier."""
        return str(generate_token(CLIENT_ID_LENGTH))

    def new_client_secret(self) -> str:
        """Return a fresh secret (RFC 6749 section 10.10)."""
        return str(generate_token(CLIENT_SECRET_LENGTH))

    def name_acceptable(self, name: object) -> bool:
        """A name is a non-empty string."""
        return self.text_acceptable(name, LONGEST_NAME) and bool(name)

    def description_acceptable(self, description: object) -> bool:
        """A description is a string, or missing."""
        return description is None or self.text_acceptable(
            description, LONGEST_DESCRIPTION
        )

    def text_acceptable(self, text: object, longest: int) -> bool:
        """A string within a maximum length that the database can store."""
        return (
            isinstance(text, str)
            and len(text) <= longest
            and self.storable(text)
        )

    def website_acceptable(self, uri: object) -> bool:
        """The app's website is linked to: http and https URLs only."""
        parts = self.uri_parts(uri)
        return parts is not None and parts[0] in ("http", "https")

    def redirect_uris_acceptable(self, uris: object) -> bool:
        """A list of 1 to 100 valid URIs."""
        return (
            isinstance(uris, list)
            and 0 < len(uris) <= 100
            and all(self.redirect_uri_acceptable(uri) for uri in uris)
        )

    def redirect_uri_acceptable(self, uri: object) -> bool:
        """Absolute, without a fragment, and no scheme such as javascript:.

        RFC 6749 section 3.1.2 and RFC 9700 section 2.6: plain HTTP for
        loopback hosts only. Native apps may use a private scheme that is a
        reversed domain name (RFC 8252 section 7.1).
        """
        if not isinstance(uri, str) or "#" in uri or len(uri) > LONGEST_URI:
            return False
        if _PRIVATE_USE.fullmatch(uri):
            return True
        parts = self.uri_parts(uri)
        if parts is None:
            return False
        scheme, host = parts
        return scheme == "https" or (scheme == "http" and self.loopback(host))

    def uri_parts(self, uri: object) -> tuple[str, str] | None:
        """Return scheme and host of a valid absolute URI, else None."""
        if not isinstance(uri, str) or len(uri) > LONGEST_URI:
            return None
        if not _URI_CHARACTERS.fullmatch(uri):
            return None
        try:
            parts = urlsplit(uri)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            return None
        if not host or parts.username is not None or "*" in parts.netloc:
            return None
        return parts.scheme, host

    def loopback(self, host: str) -> bool:
        """Whether a host is localhost or a loopback address."""
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def registered_scope(self, scope: object) -> str | None:
        """Return the scope without duplicates, None when one is unknown."""
        if not isinstance(scope, str):
            return None
        scopes = list(dict.fromkeys(scope.split()))
        if not scopes or set(scopes) - set(self.contract.scopes):
            return None
        return " ".join(scopes)

    def apps_of(self, user: Account) -> Select[RegisteredApp]:
        """Return a query for the user's own apps."""
        return select(RegisteredApp).where(RegisteredApp.user_id == user.id)

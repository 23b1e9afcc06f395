"""The rules of this server, each a small function that stands alone.

The endpoints and Authlib's grant classes ask these functions what is
allowed. They hang on one object per server (``server.rules``), so that a
fault can put another function in the place of a single one
(:meth:`ReferenceServer.replace`) without touching anything else.
"""

from __future__ import annotations

from conformance.reference.access_rules import AccessRules
from conformance.reference.authorization_rules import AuthorizationRules
from conformance.reference.pkce_rules import PkceRules
from conformance.reference.registration_rules import RegistrationRules
from conformance.reference.session_rules import SessionRules
from conformance.reference.token_rules import TokenRules
from conformance.reference.transport_rules import TransportRules


class Rules(
    TransportRules,
    RegistrationRules,
    AuthorizationRules,
    PkceRules,
    TokenRules,
    AccessRules,
    SessionRules,
):
    """Every rule; grouped by what they are about, one module each."""

"""The rules of this server, each a small function that stands alone.

The endpoints and Authlib's grant classes ask these functions what is
allowed. They hang on one object per server (``server.rules``), so that a
fault can put another function in the place of a single one
(:meth:`ReferenceServer.replace`) without touching anything else.
"""

from __future__ import annotations

from conformance.reference.rules.access_rules import AccessRules
from conformance.reference.rules.authorization_rules import AuthorizationRules
from conformance.reference.rules.pkce_rules import PkceRules
from conformance.reference.rules.registration_rules import RegistrationRules
from conformance.reference.rules.session_rules import SessionRules
from conformance.reference.rules.token_rules import TokenRules
from conformance.reference.rules.transport_rules import TransportRules


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

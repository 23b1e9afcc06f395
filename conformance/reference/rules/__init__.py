"""The server's rules, each a small independent function.

Endpoints and Authlib's grant classes call them to decide what is allowed.
They are methods of one object per server (``server.rules``), so that a fault
can replace a single one (:meth:`Seams.replace`).
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
    """Every rule; grouped by subject, one module each."""

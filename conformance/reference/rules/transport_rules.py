"""How OAuth parameters travel (RFC 6749 sections 3.1, 3.2, 1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authlib.common.security import is_secure_transport
from werkzeug.datastructures import MultiDict

from conformance.reference.rules.rule_base import RuleBase

if TYPE_CHECKING:
    from flask import Request


class TransportRules(RuleBase):
    """Where parameters are read and over which connection."""

    def secure_transport(self, url: str) -> bool:
        """OAuth needs HTTPS; only loopback hosts may do without."""
        return bool(is_secure_transport(url))

    def parameters(self, request: Request) -> MultiDict[str, str]:
        """Parameters stand in the body, never in the query."""
        return MultiDict(request.form.items(multi=True))

    def without_omitted(
        self, parameters: MultiDict[str, str]
    ) -> MultiDict[str, str]:
        """A parameter without a value counts as omitted."""
        given = [(k, v) for k, v in parameters.items(multi=True) if v]
        return MultiDict(given)

    def repeated(self, parameters: MultiDict[str, str]) -> list[str]:
        """No parameter may be there twice; return those that are."""
        return [k for k, v in parameters.lists() if len(v) > 1]

"""Rules of transport and parameters (RFC 6749 sections 3.1, 3.2, 1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authlib.common.security import is_secure_transport
from werkzeug.datastructures import MultiDict

from conformance.reference.rules.rule_base import RuleBase

if TYPE_CHECKING:
    from flask import Request


class TransportRules(RuleBase):
    """TLS, and how parameters are read."""

    def secure_transport(self, url: str) -> bool:
        """OAuth requires HTTPS, except on loopback hosts."""
        return bool(is_secure_transport(url))

    def parameters(self, request: Request) -> MultiDict[str, str]:
        """Parameters are read from the body, not from the query."""
        return MultiDict(request.form.items(multi=True))

    def without_omitted(
        self, parameters: MultiDict[str, str]
    ) -> MultiDict[str, str]:
        """A parameter without a value counts as omitted."""
        given = [(k, v) for k, v in parameters.items(multi=True) if v]
        return MultiDict(given)

    def repeated(self, parameters: MultiDict[str, str]) -> list[str]:
        """Return the names of repeated parameters, which are an error."""
        return [k for k, v in parameters.lists() if len(v) > 1]

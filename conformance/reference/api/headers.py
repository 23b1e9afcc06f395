"""Headers and cookies that go with every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, request

from conformance.reference.api.answers import without_storing
from conformance.reference.rules.session_rules import (
    CSRF_COOKIE,
    SESSION_COOKIE,
)

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.seams import Seams

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def complete(server: Seams, response: Response) -> None:
    """Add what every answer has; everything but style sheets is private."""
    response.headers.update(SECURITY)
    if not request.path.startswith("/static/"):
        without_storing(response)
    if server.contract.session == "cookies" and "claims" in g:
        _set_cookies(server, response, g.claims)


def _set_cookies(server: Seams, response: Response, claims: Any) -> None:
    """Renew the session's cookies, or take them away after a logout."""
    if claims is None:
        response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True)
        response.delete_cookie(CSRF_COOKIE, secure=True)
        return
    claims = server.rules.renewed_session(claims)
    response.set_cookie(
        SESSION_COOKIE,
        server.rules.signed(claims),
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    response.set_cookie(
        CSRF_COOKIE, claims["csrf"], secure=True, samesite="Lax"
    )

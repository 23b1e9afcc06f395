"""Proof Key for Code Exchange (RFC 7636), the client's part."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pkce:
    """A code verifier and its code challenge.

    Attributes:
        verifier: 43 to 128 unreserved characters (section 4.1).
        challenge: Sent in the authorization request (section 4.2).
        method: ``S256`` or ``plain``; None leaves the parameter out.
    """

    verifier: str = field(repr=False)
    challenge: str
    method: str | None = "S256"

    @classmethod
    def s256(cls, verifier: str | None = None) -> Pkce:
        """Return an S256 pair; by default a new 86-character verifier."""
        verifier = verifier or secrets.token_urlsafe(64)
        return cls(verifier, s256_challenge(verifier))

    @classmethod
    def plain(cls, *, method: str | None = "plain") -> Pkce:
        """Return a pair whose challenge is the verifier itself."""
        verifier = secrets.token_urlsafe(64)
        return cls(verifier, verifier, method)


def s256_challenge(verifier: str) -> str:
    """Return BASE64URL(SHA256(verifier)) without padding (section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

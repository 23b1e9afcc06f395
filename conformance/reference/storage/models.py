"""What the server remembers.

An *authorization grant* (RFC 6749 section 1.3) is one consent of one user
to one app. The code that follows from it and every token issued from that
code point to it, so that ending the grant ends them all at once, also
those being issued at that very moment.

Codes, tokens and client secrets are stored as SHA-256 hashes only: they
are long and random, so a plain hash is enough, and a leaked database
gives nothing away.
"""

from __future__ import annotations

import hashlib

from authlib.oauth2.rfc6749 import (
    AuthorizationCodeMixin,
    ClientMixin,
    TokenMixin,
)
from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
)


def hashed(secret: str) -> str:
    """Return the hash under which a random secret is stored."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class Base(DeclarativeBase):
    """The tables of one server."""


class Account(Base):
    """A user of FitTrackee; ``role`` is user, moderator or admin."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default="user")
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[float]
    is_active: Mapped[bool] = mapped_column(default=True)
    suspended_at: Mapped[float | None]


class RegisteredApp(Base, ClientMixin):  # type: ignore[misc]
    """An OAuth client, registered by a user (RFC 6749 section 2)."""

    __tablename__ = "oauth2_client"
    # The id of a deleted app never comes back: who deletes an app a second
    # time must not hit the next one.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str]
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    description: Mapped[str | None]
    website: Mapped[str]
    redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    scope: Mapped[str]
    issued_at: Mapped[float]

    def get_client_id(self) -> str:
        """Return the public identifier; Authlib asks for it."""
        return self.client_id

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Credentials in the body, at the token and revocation endpoint."""
        return method == "client_secret_post" and bool(endpoint)

    def check_grant_type(self, grant_type: str) -> bool:
        """Every app may use both of FitTrackee's grant types."""
        return grant_type in ("authorization_code", "refresh_token")

    def check_response_type(self, response_type: str) -> bool:
        """Every app may use FitTrackee's only response type."""
        return response_type == "code"


class AuthorizationGrant(Base):
    """One consent of one user to one app; ended once and for all."""

    __tablename__ = "oauth2_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    app_id: Mapped[int] = mapped_column(
        ForeignKey("oauth2_client.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    scope: Mapped[str]
    ended_at: Mapped[float | None]

    app: Mapped[RegisteredApp] = relationship(lazy="joined")
    user: Mapped[Account] = relationship(lazy="joined")


class AuthorizationCode(Base, AuthorizationCodeMixin):  # type: ignore[misc]
    """A code, until it is exchanged and, as a trap for replays, after.

    ``redirect_uri`` is what the request said, None when it left it out;
    ``sent_to`` is where the code went.
    """

    __tablename__ = "oauth2_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    grant_id: Mapped[int] = mapped_column(
        ForeignKey("oauth2_grant.id", ondelete="CASCADE"), index=True
    )
    redirect_uri: Mapped[str | None]
    sent_to: Mapped[str]
    code_challenge: Mapped[str | None]
    code_challenge_method: Mapped[str | None]
    issued_at: Mapped[float]
    used_at: Mapped[float | None]

    grant: Mapped[AuthorizationGrant] = relationship(lazy="joined")

    def get_redirect_uri(self) -> None:
        """Keep Authlib from comparing it: a rule of ours does."""

    def get_scope(self) -> str:
        """Return the scope the user consented to."""
        return self.grant.scope


class Token(Base, TokenMixin):  # type: ignore[misc]
    """An access token and the refresh token issued with it."""

    __tablename__ = "oauth2_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(
        ForeignKey("oauth2_grant.id", ondelete="CASCADE"), index=True
    )
    access_hash: Mapped[str] = mapped_column(unique=True)
    refresh_hash: Mapped[str | None] = mapped_column(unique=True)
    scope: Mapped[str]
    issued_at: Mapped[float]
    expires_in: Mapped[int]
    revoked_at: Mapped[float | None]
    refreshed_at: Mapped[float | None]

    grant: Mapped[AuthorizationGrant] = relationship(lazy="joined")

    def get_scope(self) -> str:
        """Return the scope of the access token."""
        return self.scope

    def get_expires_in(self) -> int:
        """Return the access token's lifetime in seconds."""
        return self.expires_in


class EndedSession(Base):
    """A first-party session that was logged out before its time."""

    __tablename__ = "ended_session"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[float]

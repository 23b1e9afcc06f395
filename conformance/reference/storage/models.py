"""The tables: users, apps, grants, codes, tokens, ended sessions.

An *authorization grant* (RFC 6749 section 1.3) is one consent of one user
to one app. Its code and every token issued from that code refer to it, so
that ending the grant revokes them all at once, tokens issued concurrently
included.

Codes, tokens and client secrets are stored as SHA-256 hashes only, so that
a leaked database does not disclose them. They are long and random: an
unsalted hash is sufficient.
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
    # Ids are not reused: deleting an app a second time must not delete
    # the next one.
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
        """Return the client identifier, for Authlib."""
        return self.client_id

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Whether a method is supported: client_secret_post only."""
        return method == "client_secret_post" and bool(endpoint)

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether FitTrackee supports the grant type; any app may use it."""
        return grant_type in ("authorization_code", "refresh_token")

    def check_response_type(self, response_type: str) -> bool:
        """Whether FitTrackee supports the response type."""
        return response_type == "code"


class AuthorizationGrant(Base):
    """One consent of one user to one app, until ``ended_at``."""

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
    """A code; it is kept after use so that a replay is detected.

    ``redirect_uri`` is the request's parameter, None when it was omitted;
    ``sent_to`` is the URI that the code was sent to.
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
        """Return None: ``redirect_uri_repeated`` compares, not Authlib."""

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
    """A session whose user has logged out."""

    __tablename__ = "ended_session"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[float]

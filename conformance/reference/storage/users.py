"""The users that a server starts with."""

from __future__ import annotations

import functools
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select
from werkzeug.security import generate_password_hash

from conformance.reference.storage.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.storage.database import Database

# Passwords of a test server: slow enough to be hashed, not to be guessed.
HASH_METHOD = "pbkdf2:sha256:20000"


def hash_password(password: str) -> str:
    """Return a hash that takes some ten milliseconds to check."""
    return generate_password_hash(password, method=HASH_METHOD)


@functools.cache
def nobodys_hash() -> str:
    """Return the hash of a password that nobody has."""
    return hash_password(secrets.token_urlsafe())


@dataclass(frozen=True)
class User:
    """Somebody who can log in.

    Attributes:
        name: The user name.
        email: The address that logs in.
        password: Never shown by ``repr``.
        admin: Has administration rights.
        password_hash: From :func:`hash_password`, to spare many servers
            of one process the hashing; made from the password otherwise.
        active: False for an account that was never confirmed.
        suspended: True for an account that a moderator suspended.
        role: ``user``, ``moderator`` or ``admin``; ``admin=True`` wins.
        language: ``en`` or ``fr``.
    """

    name: str
    email: str
    password: str = field(repr=False)
    admin: bool = False
    password_hash: str = field(default="", repr=False)
    active: bool = True
    suspended: bool = False
    role: str = "user"
    language: str = "en"


def add_users(database: Database, users: Iterable[User]) -> None:
    """Add the users that are not there yet."""
    now = time.time()
    with database.open() as session:
        known = set(session.scalars(select(Account.username)))
        for user in users:
            if user.name in known:
                continue
            session.add(
                Account(
                    username=user.name,
                    email=user.email,
                    password_hash=user.password_hash
                    or hash_password(user.password),
                    role="admin" if user.admin else user.role,
                    language=user.language,
                    created_at=now,
                    is_active=user.active,
                    suspended_at=now if user.suspended else None,
                )
            )
        session.commit()

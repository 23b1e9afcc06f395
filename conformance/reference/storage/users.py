"""The accounts that a server starts with."""

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

# Few iterations: a test server's passwords are not worth guessing.
HASH_METHOD = "pbkdf2:sha256:20000"


def hash_password(password: str) -> str:
    """Return a password hash that takes about 10 ms to check."""
    return generate_password_hash(password, method=HASH_METHOD)


@functools.cache
def dummy_hash() -> str:
    """Return the hash of a random password, which no user has."""
    return hash_password(secrets.token_urlsafe())


@dataclass(frozen=True)
class User:
    """An account to create.

    Attributes:
        name: The user name.
        email: The address to log in with.
        password: Never shown by ``repr``.
        admin: Has administration rights.
        password_hash: From :func:`hash_password`, so that many servers of
            one process hash only once; computed when empty.
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
    """Add the users that do not exist yet."""
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

"""The user's own account: register, log in, log out, profile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import g
from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from conformance.reference.api.answers import (
    answer,
    invalid_payload,
    refuse,
    success,
)
from conformance.reference.api.users_api import described
from conformance.reference.api.views import Views, json_object
from conformance.reference.shapes import shape
from conformance.reference.storage.models import Account, EndedSession
from conformance.reference.storage.users import hash_password

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1_000
LANGUAGES = ("en", "fr")
_NAME = re.compile(r"[a-zA-Z0-9_]+")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")
_NAME_LENGTHS = range(3, 31)

views = Views()


@views.at("POST /api/auth/register")
def register(server: Seams, _caller: Caller) -> Response:
    """Register; the account stays inactive until it is activated.

    JSON: ``username``, ``email``, ``password``, ``accepted_policy``
    (true), ``language``. An address that is taken gets the same answer as
    a free one, so that nobody learns who has an account.
    """
    if not server.registration:
        refuse(403, "error, registration is disabled")
    body = json_object()
    wanted = [body.get(key) for key in ("username", "email", "password")]
    if None in wanted or body.get("accepted_policy") is None:
        invalid_payload()
    if not all(isinstance(text, str) for text in wanted):
        invalid_payload()
    if body["accepted_policy"] is not True:
        invalid_payload("sorry, you must agree privacy policy to register")
    name, email, password = (str(text) for text in wanted)
    problems = _problems(server, name, email, password)
    if problems:
        invalid_payload("".join(f"{problem}\n" for problem in problems))
    language = body.get("language")
    _add(server, name, email, password, language)
    return success()


def _problems(
    server: Seams, name: str, email: str, password: str
) -> list[str]:
    """Return what is wrong with a registration, in documented words."""
    problems = []
    if len(name) not in _NAME_LENGTHS:
        problems.append("username: 3 to 30 characters required")
    elif not _NAME.fullmatch(name):
        problems.append(
            "username: only alphanumeric characters and the underscore "
            'character "_" allowed'
        )
    if not _EMAIL.fullmatch(email) or not server.rules.storable(email):
        problems.append("email: valid email must be provided")
    lengths = range(SHORTEST_PASSWORD, LONGEST_PASSWORD + 1)
    if len(password) not in lengths or not server.rules.storable(password):
        problems.append("password: 8 characters required")
    return problems


def _add(
    server: Seams,
    name: str,
    email: str,
    password: str,
    language: object,
) -> None:
    """Add an inactive account, unless name or address are taken."""
    taken = select(Account).where(
        or_(
            func.lower(Account.username) == name.lower(),
            func.lower(Account.email) == email.lower(),
        )
    )
    session = server.database.session
    known = session.scalars(taken).first()
    if known and known.username.lower() == name.lower():
        invalid_payload("sorry, that username is already taken")
    session.rollback()
    hashed = hash_password(password)
    if known:
        return
    session.add(
        Account(
            username=name,
            email=email,
            password_hash=hashed,
            language=language if language in LANGUAGES else "en",
            created_at=server.rules.now(),
            is_active=False,
        )
    )
    try:
        session.commit()
    except IntegrityError:
        invalid_payload("sorry, that username is already taken")


@views.at("POST /api/auth/login")
def login(server: Seams, _caller: Caller) -> Response:
    """Begin a session: cookies, or a bearer token in the answer.

    JSON: ``email``, ``password``. 400 invalid payload, 401 invalid
    credentials; an inactive user cannot log in.
    """
    body = json_object()
    email, password = body.get("email"), body.get("password")
    if not isinstance(email, str) or not isinstance(password, str):
        invalid_payload()
    user = user_with_email(server, email)
    # Hashing is slow: let others write meanwhile.
    server.database.session.rollback()
    if not server.rules.password_matches(user, password):
        refuse(401, "invalid credentials")
    assert user is not None  # noqa: S101 - nobody's password matches
    claims = server.rules.new_session(user)
    welcome = {"status": "success", "message": "successfully logged in"}
    if server.contract.session == "bearer":
        return answer({**welcome, "auth_token": server.rules.signed(claims)})
    g.claims = claims
    return answer(welcome)


def user_with_email(server: Seams, email: str) -> Account | None:
    """Return the active user with an address, however it is written."""
    if not server.rules.storable(email):
        return None
    query = select(Account).where(func.lower(Account.email) == email.lower())
    session = server.database.session
    user = session.scalars(query).one_or_none()
    if user is None or not server.rules.user_active(user):
        return None
    session.expunge(user)
    return user


@views.at("POST /api/auth/logout")
def logout(server: Seams, caller: Caller) -> Response:
    """End the session before its time."""
    session_id = (caller.claims or {})["session"]
    session, now = server.database.session, server.rules.now()
    session.merge(EndedSession(session_id=session_id, ended_at=now))
    # Older ones have ended by themselves since.
    oldest = now - server.contract.session_lifetime
    session.execute(delete(EndedSession).where(EndedSession.ended_at < oldest))
    session.commit()
    g.claims = None
    return success(message="successfully logged out")


@views.at("GET /api/auth/profile")
def profile(server: Seams, caller: Caller) -> Response:
    """Return the user in whose name the request is made."""
    return success(data=profile_of(server, caller.account))


def profile_of(server: Seams, user: Account) -> dict[str, Any]:
    """Return what users see of themselves."""
    return {
        **shape(server.contract.name, "profile"),
        **described(server, user),
        "language": user.language,
    }


@views.at("POST /api/auth/password/update")
def reset_password(_server: Seams, _caller: Caller) -> Response:
    """Set a password with a token that was mailed: nothing is ever."""
    body = json_object()
    if not body.get("password") or not body.get("token"):
        invalid_payload()
    refuse(401, "invalid token, please request a new token")

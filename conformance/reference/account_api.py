"""Log in, log out, and the user's own profile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flask import g
from sqlalchemy import func, select

from conformance.reference.answers import (
    answer,
    invalid_payload,
    refuse,
    success,
)
from conformance.reference.models import Account, EndedSession
from conformance.reference.views import Views, json_object

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.server import ReferenceServer

views = Views()


@views.at("POST /api/auth/login")
def login(server: ReferenceServer, _caller: Caller) -> Response:
    """Begin a session: cookies, or a bearer token in the answer."""
    body = json_object()
    email, password = body.get("email"), body.get("password")
    if not isinstance(email, str) or not isinstance(password, str):
        invalid_payload()
    user = user_with_email(server, email)
    # Hashing is slow: let others write meanwhile.
    server.database.session.rollback()
    if user is None or not server.rules.password_matches(user, password):
        refuse(401, "invalid credentials")
    claims = server.rules.new_session(user)
    body = {"status": "success", "message": "successfully logged in"}
    if server.contract.session == "bearer":
        return answer({**body, "auth_token": server.rules.signed(claims)})
    g.claims = claims
    return answer(body)


def user_with_email(server: ReferenceServer, email: str) -> Account | None:
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
def logout(server: ReferenceServer, caller: Caller) -> Response:
    """End the session before its time."""
    session_id = (caller.claims or {})["session"]
    session = server.database.session
    session.merge(
        EndedSession(session_id=session_id, ended_at=server.rules.now())
    )
    session.commit()
    g.claims = None
    return success(message="successfully logged out")


@views.at("GET /api/auth/profile")
def profile(_server: ReferenceServer, caller: Caller) -> Response:
    """Return the user in whose name the request is made."""
    return success(data=profile_of(caller.account))


def profile_of(user: Account) -> dict[str, Any]:
    """Return what users see of themselves."""
    created = time.gmtime(user.created_at)
    return {
        "accepted_privacy_policy": True,
        "bio": None,
        "birth_date": None,
        "created_at": time.strftime("%a, %d %b %Y %H:%M:%S GMT", created),
        "email": user.email,
        "first_name": None,
        "is_active": user.is_active,
        "language": user.language,
        "last_name": None,
        "location": None,
        "nb_sports": 0,
        "nb_workouts": 0,
        "picture": False,
        "records": [],
        "role": user.role,
        "sports_list": [],
        "suspended_at": user.suspended_at,
        "timezone": "UTC",
        "total_distance": 0.0,
        "total_duration": "0:00:00",
        "username": user.username,
        "weekm": False,
    }

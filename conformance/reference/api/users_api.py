"""Users as others see them, and what administrators do with them."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from conformance.reference.api.answers import (
    invalid_payload,
    no_content,
    not_found,
    refuse,
    success,
)
from conformance.reference.api.paging import page_number, pagination
from conformance.reference.api.views import Views, json_object
from conformance.reference.shapes import shape
from conformance.reference.storage.models import Account

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

USERS_PER_PAGE = 10

views = Views()


def gmt(moment: float | None) -> str | None:
    """Return a moment as the API writes it."""
    if moment is None:
        return None
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(moment))


def described(server: Seams, user: Account) -> dict[str, Any]:
    """Return what is common to a profile and a user seen by others."""
    members: dict[str, Any] = {
        "created_at": gmt(user.created_at),
        "email": user.email,
        "is_active": user.is_active,
        "username": user.username,
    }
    if server.contract.roles:
        role = {"role": user.role, "suspended_at": gmt(user.suspended_at)}
        return {**members, **role}
    return {**members, "admin": user.role == "admin"}


def seen(server: Seams, user: Account, caller: Caller) -> dict[str, Any]:
    """Return a user as the caller sees one: addresses are for admins."""
    members = {
        **shape(server.contract.name, "user"),
        **described(server, user),
    }
    if caller.user is None or caller.user.role != "admin":
        del members["email"], members["email_to_confirm"]
    return members


def user_named(server: Seams, name: str) -> Account | None:
    """Return the user of a name, however it is written."""
    if not server.rules.storable(name):
        return None
    query = select(Account).where(func.lower(Account.username) == name.lower())
    return server.database.session.scalars(query).one_or_none()


def must_be_named(server: Seams, name: str) -> Account:
    """Return the user of a name; 404 when there is none."""
    user = user_named(server, name)
    if user is None:
        not_found("user does not exist")
    return user


@views.at("GET /api/users")
def list_users(server: Seams, caller: Caller) -> Response:
    """Return ten active users, by name."""
    session, page = server.database.session, page_number()
    query = select(Account).where(Account.is_active)
    total = session.scalar(select(func.count()).select_from(query.subquery()))
    pages = math.ceil((total or 0) / USERS_PER_PAGE)
    query = query.order_by(Account.username).limit(USERS_PER_PAGE)
    users = session.scalars(query.offset((page - 1) * USERS_PER_PAGE))
    return success(
        data={"users": [seen(server, user, caller) for user in users]},
        pagination=pagination(page, pages, total or 0),
    )


@views.at("GET /api/users/<user_name>")
def get_user(server: Seams, caller: Caller, user_name: str) -> Response:
    """Return one user."""
    user = must_be_named(server, user_name)
    return success(data={"users": [seen(server, user, caller)]})


@views.at("PATCH /api/users/<user_name>")
def update_user(server: Seams, caller: Caller, user_name: str) -> Response:
    """Activate or deactivate a user. JSON: ``activate`` (boolean)."""
    activate = json_object().get("activate")
    if not isinstance(activate, bool):
        invalid_payload()
    user = must_be_named(server, user_name)
    if user.id == caller.account.id and not activate:
        refuse(403, "you do not have permissions")
    user.is_active = activate
    server.database.session.commit()
    return success(data={"users": [seen(server, user, caller)]})


@views.at("DELETE /api/users/<user_name>")
def delete_user(server: Seams, caller: Caller, user_name: str) -> Response:
    """Delete an account: one's own, or any for an administrator.

    Its apps go with it, and so does every token that was issued in its
    name.
    """
    user = must_be_named(server, user_name)
    if user.id != caller.account.id and caller.account.role != "admin":
        refuse(403, "you do not have permissions")
    if user.role == "admin" and _admins(server) == 1:
        refuse(
            403,
            "you can not delete your account, no other user has admin rights",
        )
    server.database.session.delete(user)
    server.database.session.commit()
    return no_content()


def _admins(server: Seams) -> int:
    """Count the administrators."""
    query = select(func.count(Account.id)).where(Account.role == "admin")
    return server.database.session.scalar(query) or 0

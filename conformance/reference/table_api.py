"""Every other route of the API, made from the scope map's table.

No route is written by hand here. Each lets in and keeps out exactly whom
the table says; past that, it answers as an instance on which nobody has
recorded a workout yet: lists are empty, what is asked for by an id does
not exist, and what is sent is refused as an invalid payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from conformance.reference.answers import (
    invalid_payload,
    not_found,
    success,
)
from conformance.reference.models import Account

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from conformance.reference.protect import Caller
    from conformance.reference.server import ReferenceServer
    from conformance.reference.views import View
    from conformance.scope_map import Route

# Writes that need no payload, and so have nothing to refuse.
NO_PAYLOAD = (
    "DELETE /api/auth/picture",
    "POST /api/notifications/mark-all-as-read",
    "POST /api/auth/account/export/request",
)
NO_PAGINATION = {"has_next": False, "has_prev": False, "page": 1}


def view_for(route: Route) -> View:
    """Return the view of a route that nobody wrote by hand."""

    def view(
        server: ReferenceServer, caller: Caller, **arguments: Any
    ) -> ResponseReturnValue:
        del caller
        subject = _subject(server, arguments)
        if arguments and subject is None:
            not_found("data not found")
        if route.method == "GET":
            return _nothing_yet(route, subject)
        if route.name not in NO_PAYLOAD:
            invalid_payload()
        return ("", 204) if route.method == "DELETE" else success()

    return view


def _subject(
    server: ReferenceServer, arguments: dict[str, Any]
) -> Account | None:
    """Return the user that the path names: the only thing that exists."""
    name = arguments.get("user_name")
    if name is None or len(arguments) > 1 or not server.rules.storable(name):
        return None
    query = select(Account).where(Account.username == name)
    return server.database.session.scalars(query).one_or_none()


def _nothing_yet(route: Route, subject: Account | None) -> ResponseReturnValue:
    """Return the answer of a route whose list is empty."""
    if subject is not None and route.path.endswith("<user_name>"):
        return success(data={"users": [{"username": subject.username}]})
    name = route.path.rsplit("/", 1)[-1].replace("-", "_")
    if "page" in request.args or route.path.count("/") == 2:
        pagination = {**NO_PAGINATION, "pages": 0, "total": 0}
        return success(data={name: []}, pagination=pagination)
    return success(data={name: []})

"""Views for the other routes of the API, generated from the scope map.

Each route enforces the access that the table states; after that it responds
as an instance without any workouts (``bodies.toml``): lists are empty, ids
are not found, and data sent is rejected as an invalid payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response

from conformance.reference.api.responses import (
    INVALID_PAYLOAD,
    json_response,
    no_content,
    not_found,
    refuse,
    success,
)
from conformance.reference.api.users_api import user_named
from conformance.reference.shapes import body, missing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from conformance.catalogue.scope_map import Route
    from conformance.reference.api.views import View
    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

NO_PAGES = {
    "has_next": False,
    "has_prev": False,
    "page": 1,
    "pages": 0,
    "total": 0,
}


def view_for(route: Route) -> View:
    """Return a view for a route, from its entry in ``bodies.toml``."""
    entry = body(route.name)

    def view(
        server: Seams, caller: Caller, **arguments: Any
    ) -> ResponseReturnValue:
        del caller
        if not _exists(server, entry, arguments):
            return json_response(
                {"status": "not found", **missing(route.path)}, 404
            )
        if "missing" in entry:
            not_found(entry["missing"])
        if "file" in entry:
            return Response(entry["file"], mimetype=entry["type"])
        if route.method == "GET":
            pages = {"pagination": NO_PAGES} if entry.get("pages") else {}
            return success(**entry["answer"], **pages)
        if not entry.get("done"):
            message = entry.get("refusal", INVALID_PAYLOAD)
            refuse(400, message, word=entry.get("word", "error"))
        return no_content() if route.method == "DELETE" else success()

    return view


def _exists(
    server: Seams, entry: dict[str, Any], arguments: dict[str, Any]
) -> bool:
    """Whether the object that the path names exists.

    Users do when they are registered; anything else when ``bodies.toml``
    has a response for it.
    """
    if not arguments:
        return True
    if set(arguments) == {"user_name"}:
        return user_named(server, arguments["user_name"]) is not None
    return bool(entry["answer"])

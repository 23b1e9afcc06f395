"""Every other route of the API, made from the scope map's table.

No route is written by hand here. Each lets in and keeps out exactly whom
the table says; past that, it answers as an instance on which nobody has
recorded a workout yet (``bodies.toml``): lists are empty, what is asked for
by an id does not exist, and what is sent is refused as an invalid payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response

from conformance.reference.api.answers import (
    INVALID_PAYLOAD,
    answer,
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
    """Return the view of a route that nobody wrote by hand."""
    said = body(route.name)

    def view(
        server: Seams, caller: Caller, **arguments: Any
    ) -> ResponseReturnValue:
        del caller
        if not _exists(server, said, arguments):
            return answer({"status": "not found", **missing(route.path)}, 404)
        if "missing" in said:
            not_found(said["missing"])
        if "file" in said:
            return Response(said["file"], mimetype=said["type"])
        if route.method == "GET":
            pages = {"pagination": NO_PAGES} if said.get("pages") else {}
            return success(**said["answer"], **pages)
        if not said.get("done"):
            message = said.get("refusal", INVALID_PAYLOAD)
            refuse(400, message, word=said.get("word", "error"))
        return no_content() if route.method == "DELETE" else success()

    return view


def _exists(
    server: Seams, said: dict[str, Any], arguments: dict[str, Any]
) -> bool:
    """Tell whether what the path names is there.

    Users are; of all else only what ``bodies.toml`` has an answer for.
    """
    if not arguments:
        return True
    if set(arguments) == {"user_name"}:
        return user_named(server, arguments["user_name"]) is not None
    return bool(said["answer"])

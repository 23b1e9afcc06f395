"""Responses in FitTrackee's format, and errors that abort a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from flask import Response, abort, jsonify

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
NO_TOKEN = "provide a valid auth token"  # noqa: S105 - a message
NO_PERMISSION = "you do not have permissions"
INVALID_PAYLOAD = "invalid payload"


def json_response(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON response."""
    response = jsonify(body)
    response.status_code = status
    response.headers.update(headers or {})
    return response


def success(**members: Any) -> Response:
    """Return ``{"status": "success", …}``."""
    return json_response({"status": "success", **members})


def no_content() -> Response:
    """Return 204."""
    return Response(status=204, mimetype="application/json")


def error(
    status: int,
    message: str,
    *,
    word: str = "error",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """Return an error response: ``{"status": word, "message": …}``."""
    body = {"status": word, "message": message, **members}
    return json_response(body, status, headers)


def refuse(
    status: int,
    message: str,
    *,
    word: str = "error",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> NoReturn:
    """Abort the view with an error response; see :func:`error`."""
    abort(error(status, message, word=word, headers=headers, **members))


def invalid_payload(message: str = INVALID_PAYLOAD) -> NoReturn:
    """Abort the view with 400."""
    refuse(400, message)


def not_found(what: str) -> NoReturn:
    """Abort the view with 404."""
    refuse(404, what, word="not found")


def without_storing(response: Response) -> Response:
    """Forbid caches to store a response that contains a secret."""
    response.headers.update(NO_STORE)
    return response

"""Answers in FitTrackee's shape, and errors that leave by exception."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from flask import Response, abort, jsonify

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
NO_TOKEN = "provide a valid auth token"  # noqa: S105 - a message
NO_PERMISSION = "you do not have permissions"
INVALID_PAYLOAD = "invalid payload"


def answer(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON response."""
    response = jsonify(body)
    response.status_code = status
    response.headers.update(headers or {})
    return response


def success(**members: Any) -> Response:
    """Return ``{"status": "success", …}``."""
    return answer({"status": "success", **members})


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
    """Return FitTrackee's error: ``{"status": word, "message": …}``."""
    body = {"status": word, "message": message, **members}
    return answer(body, status, headers)


def refuse(
    status: int,
    message: str,
    *,
    word: str = "error",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> NoReturn:
    """Leave the endpoint with an error."""
    abort(error(status, message, word=word, headers=headers, **members))


def invalid_payload(message: str = INVALID_PAYLOAD) -> NoReturn:
    """Leave the endpoint with 400."""
    refuse(400, message)


def not_found(what: str) -> NoReturn:
    """Leave the endpoint with 404."""
    refuse(404, what, word="not found")


def without_storing(response: Response) -> Response:
    """Forbid caches to keep an answer that carries a secret."""
    response.headers.update(NO_STORE)
    return response

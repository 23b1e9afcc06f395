"""Registry of views by endpoint, and the JSON body of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import request

from conformance.reference.api.responses import (
    INVALID_PAYLOAD,
    invalid_payload,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

View = Callable[..., "ResponseReturnValue"]


class Views(dict[str, View]):
    """Views by endpoint name, which is ``METHOD /path``."""

    def at(self, name: str) -> Callable[[View], View]:
        """Register the decorated function under an endpoint's name.

        The function is called with the server, the caller and the path's
        arguments.
        """

        def register(view: View) -> View:
            self[name] = view
            return view

        return register


def json_object(message: str = INVALID_PAYLOAD) -> dict[str, Any]:
    """Return the JSON object in the body; abort with 400 without one."""
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict) or not body:
        invalid_payload(message)
    return body

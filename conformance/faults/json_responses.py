"""Helpers of faults: change the JSON of one endpoint's responses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from conformance.reference import ReferenceServer

LIST = "GET /api/oauth/apps"
REGISTER = "POST /api/oauth/apps"
SHOW = "GET /api/oauth/apps/<string:client_client_id>"
SHOW_BY_NUMBER = "GET /api/oauth/apps/<int:client_id>/by_id"
DELETE = "DELETE /api/oauth/apps/<int:client_id>"
REVOKE_ALL = "POST /api/oauth/apps/<int:client_id>/revoke"
AUTHORIZE = "POST /api/oauth/authorize"
PROFILE = "GET /api/auth/profile"


def rewrite(
    server: ReferenceServer,
    endpoint: str,
    change: Callable[[dict[str, Any]], object],
    *,
    status: int = 0,
) -> None:
    """Change an endpoint's JSON responses.

    Args:
        server: The server to break.
        endpoint: Its name.
        change: Changes the body in place.
        status: Of which responses; of any 2xx status by default.
    """

    def hook(response: Response) -> None:
        code = response.status_code
        applies = code == status if status else code < 300
        if applies and response.is_json:
            body = response.get_json()
            change(body)
            response.set_data(json.dumps(body))

    server.after(endpoint, hook)


def change_registered(
    server: ReferenceServer, change: Callable[[dict[str, Any]], object]
) -> None:
    """Change the app in the response to a registration."""
    rewrite(server, REGISTER, lambda body: change(body["data"]["client"]))


def json_body() -> Any:
    """Return the request's JSON, None without valid JSON."""
    try:
        return request.get_json(force=True, silent=True)
    except RecursionError:
        return None


def payload() -> dict[str, Any]:
    """Return the request's JSON object, empty without one."""
    body = json_body()
    return body if isinstance(body, dict) else {}

"""Helpers of faults: change token responses and read parameters elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from flask import Request, Response
    from werkzeug.datastructures import MultiDict

    from conformance.reference import ReferenceServer

    Change = Callable[[dict[str, Any]], object]

TOKEN = "POST /api/oauth/token"  # noqa: S105 - an endpoint
TOKEN_PATH = "/api/oauth/token"  # noqa: S105 - a path


def change_tokens(
    server: ReferenceServer, change: Change, *, grant: str = ""
) -> None:
    """Change the JSON of token responses, of one grant type or of all."""
    _change(server, change, grant, failed=False)


def change_errors(server: ReferenceServer, change: Change) -> None:
    """Change the JSON of token errors."""
    _change(server, change, "", failed=True)


def rename_error(server: ReferenceServer, old: str, new: str) -> None:
    """Replace one error code of token errors by another."""

    def rename(body: dict[str, Any]) -> None:
        if body.get("error") == old:
            body["error"] = new

    change_errors(server, rename)


def read_query_too(server: ReferenceServer, names: Container[str]) -> None:
    """Read some parameters of token requests from the query too."""
    in_body: Any = server.replace("parameters", lambda sent: read(sent))

    def read(sent: Request) -> MultiDict[str, str]:
        given: MultiDict[str, str] = in_body(sent)
        for name, value in sent.args.items():
            if name in names and sent.path == TOKEN_PATH:
                given[name] = value
        return given

    server.replace("parameters", read)


def recognise(
    server: ReferenceServer,
    maker: str,
    finder: str,
    same: Callable[[str, str], bool],
) -> None:
    """Accept a value that only resembles an issued secret.

    Args:
        server: The server to break.
        maker: The rule that makes the secrets.
        finder: The rule that looks one up.
        same: Whether a presented value is accepted as an issued one.
    """
    issued: list[str] = []
    make: Any = server.replace(maker, lambda: keep())
    find: Any = server.replace(finder, lambda presented: look_up(presented))

    def keep() -> str:
        issued.append(make())
        return issued[-1]

    def look_up(presented: str) -> Any:
        matching = [secret for secret in issued if same(presented, secret)]
        return find(matching[-1] if matching else presented)


def first_half(presented: str, secret: str) -> bool:
    """Whether the first 16 characters are equal."""
    return presented[:16] == secret[:16]


def case_ignored(presented: str, secret: str) -> bool:
    """Whether two values are equal, ignoring case."""
    return presented.lower() == secret.lower()


def _change(
    server: ReferenceServer, change: Change, grant: str, *, failed: bool
) -> None:
    def hook(response: Response) -> None:
        requested = request.form.get("grant_type", "")
        applies = (response.status_code >= 400) is failed
        if applies and grant in ("", requested) and response.is_json:
            body = response.get_json()
            change(body)
            response.set_data(json.dumps(body))

    server.after(TOKEN, hook)

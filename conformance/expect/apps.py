"""Matchers for FitTrackee's management of apps (/api/oauth/apps)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.expect.basics import json_object, member, that
from conformance.expect.wording import summary, value

if TYPE_CHECKING:
    import httpx

MEMBERS: dict[str, type | tuple[type, ...]] = {
    "client_description": (str, type(None)),
    "client_id": str,
    "id": int,
    "issued_at": str,
    "name": str,
    "redirect_uris": list,
    "scope": str,
    "website": str,
}
_JSON = {
    bool: "true or false",
    int: "a number",
    list: "a list",
    str: "a text",
    type(None): "null",
}
PAGINATION: dict[str, type] = {
    "has_next": bool,
    "has_prev": bool,
    "page": int,
    "pages": int,
    "total": int,
}


def app_shown(response: httpx.Response) -> dict[str, Any]:
    """Demand ``data.client`` with all documented members; return it."""
    data = json_object(response).get("data")
    client = data.get("client") if isinstance(data, dict) else None
    wrong = _wrong(client, MEMBERS)
    that(
        not wrong,
        "data.client with its documented members",
        wrong or summary(response),
    )
    assert isinstance(client, dict)  # noqa: S101 - narrows the type only
    return client


def apps_listed(response: httpx.Response) -> list[dict[str, Any]]:
    """Demand ``data.clients`` with all documented members; return it."""
    data = json_object(response).get("data")
    clients = data.get("clients") if isinstance(data, dict) else None
    wrong = "data.clients is no list"
    if isinstance(clients, list):
        found = (_wrong(client, MEMBERS) for client in clients)
        wrong = next(filter(None, found), "")
    that(
        not wrong,
        "data.clients, each with its documented members",
        wrong or summary(response),
    )
    assert isinstance(clients, list)  # noqa: S101 - narrows the type only
    return clients


def pagination(response: httpx.Response) -> dict[str, Any]:
    """Demand ``pagination`` with its five documented members; return it."""
    found = json_object(response).get("pagination")
    wrong = _wrong(found, PAGINATION)
    that(
        not wrong,
        "pagination with its documented members",
        wrong or summary(response),
    )
    assert isinstance(found, dict)  # noqa: S101 - narrows the type only
    return found


def message(response: httpx.Response, *texts: str) -> None:
    """Demand one of the documented texts as ``message``."""
    that(
        member(response, "message") in texts,
        f"the message {' or '.join(map(value, texts))}",
        summary(response),
    )


def reveals_none_of(response: httpx.Response, *values: str) -> None:
    """Demand a body without any of some values, and no server error."""
    shown = [value for value in values if value in response.text]
    that(
        not shown and response.status_code < 500,
        "a response that reveals nothing of it",
        summary(response),
    )


def _wrong(found: object, members: dict[str, Any]) -> str:
    """Return which member of an object is missing or mistyped, or ``""``."""
    if not isinstance(found, dict):
        return "there is no such object"
    for name, kinds in members.items():
        if name not in found:
            return f"the member {name} is missing"
        if not _is(found[name], kinds):
            allowed = kinds if isinstance(kinds, tuple) else (kinds,)
            names = " or ".join(_JSON[kind] for kind in allowed)
            return f"the member {name} is {value(found[name])}, not {names}"
    return ""


def _is(value: object, kind: Any) -> bool:
    """Return whether a JSON value has a type; a bool is not a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind)

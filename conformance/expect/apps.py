"""Matchers for FitTrackee's management of apps (/api/oauth/apps)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.expect.basics import json_object, member, summary, that

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
    that(
        _has(client, MEMBERS),
        f"data.client with the members {', '.join(MEMBERS)}",
        summary(response),
    )
    assert isinstance(client, dict)  # noqa: S101 - narrows the type only
    return client


def apps_listed(response: httpx.Response) -> list[dict[str, Any]]:
    """Demand ``data.clients`` with all documented members; return it."""
    data = json_object(response).get("data")
    clients = data.get("clients") if isinstance(data, dict) else None
    that(
        isinstance(clients, list) and all(_has(c, MEMBERS) for c in clients),
        f"data.clients, each with the members {', '.join(MEMBERS)}",
        summary(response),
    )
    assert isinstance(clients, list)  # noqa: S101 - narrows the type only
    return clients


def pagination(response: httpx.Response) -> dict[str, Any]:
    """Demand ``pagination`` with its five documented members; return it."""
    found = json_object(response).get("pagination")
    that(
        _has(found, PAGINATION),
        f"pagination with the members {', '.join(PAGINATION)}",
        summary(response),
    )
    assert isinstance(found, dict)  # noqa: S101 - narrows the type only
    return found


def message(response: httpx.Response, *texts: str) -> None:
    """Demand one of the documented texts as ``message``."""
    that(
        member(response, "message") in texts,
        f"the message {' or '.join(map(repr, texts))}",
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


def _has(value: object, members: dict[str, Any]) -> bool:
    """Return whether an object has all members, each with its type."""
    return isinstance(value, dict) and all(
        name in value and _is(value[name], kind)
        for name, kind in members.items()
    )


def _is(value: object, kind: Any) -> bool:
    """Return whether a JSON value has a type; a bool is not a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind)

"""How a response and a value read in "actual", for people who know HTTP.

Never Python's own notation, and never a whole body: what is nested in a long
one is left out, and of a page only its title is shown.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    import httpx

SHOWN = 160  # characters of a JSON body that is shown as it is
LONGEST = 300  # of any body
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def summary(response: httpx.Response) -> str:
    """Return request line, status and body on one line, shortened.

    Such as ``POST /api/oauth/token: 400 {"error": "invalid_grant"}``.
    """
    body = _body(response)
    return f"{_request(response)}{response.status_code} {body}".strip()


def value(found: object) -> str:
    """Return a value as JSON has it; None is ``absent``."""
    if isinstance(found, str):
        return json.dumps(found, ensure_ascii=False)
    if found is None:
        return "absent"
    if isinstance(found, bool | int | float):
        return json.dumps(found)
    if isinstance(found, dict):
        return json.dumps(found, ensure_ascii=False, default=str)
    if isinstance(found, list | tuple | set | frozenset):
        return listed(found)
    return str(found)


def listed(found: Collection[object], nothing: str = "none") -> str:
    """Return values one after the other: ``"a", "b"``; sets are sorted.

    Args:
        found: The values.
        nothing: What stands for no value.
    """
    values = map(value, found)
    ordered = sorted(values) if isinstance(found, set | frozenset) else values
    return ", ".join(ordered) or nothing


def about(expected: str, given: str) -> str:
    """Return what is expected, and for which of several cases.

    Args:
        expected: The expected outcome.
        given: What it is expected for, such as ``a repeated client_id``;
            ``""`` where the requirement has one case.
    """
    return f"{expected} for {given}" if given else expected


def _request(response: httpx.Response) -> str:
    try:
        request = response.request
    except RuntimeError:  # a response that was not sent for
        return ""
    return f"{request.method} {request.url.path}: "


def _body(response: httpx.Response) -> str:
    text = response.text
    if "html" in response.headers.get("content-type", ""):
        title = _TITLE.search(text)
        return f"a page, {_one_line(title[1])}" if title else "a page"
    if len(text) > SHOWN and (short := _without_inner(text)):
        text = short
    line = _one_line(text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _without_inner(text: str) -> str:
    """Return a JSON object without what its members hold, ``""`` for none."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    members = [f"{json.dumps(n)}: {_outer(v)}" for n, v in body.items()]
    return f"{{{', '.join(members)}}}"


def _outer(inner: Any) -> str:
    if isinstance(inner, dict):
        return "{…}" if inner else "{}"
    if isinstance(inner, list):
        return "[…]" if inner else "[]"
    return json.dumps(inner, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())

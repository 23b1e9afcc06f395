"""Encodes drawn values as bytes, for all malformed requests.

Nothing is dropped, replaced or cut. Texts are sent as UTF-8; a lone surrogate
is sent as three bytes, and U+DC80 to U+DCFF, which represent bytes that are
not valid UTF-8, as those bytes; see :mod:`conformance.evidence.octets`. In
forms and paths, characters that a URL cannot contain are percent-encoded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote_to_bytes

from conformance.evidence.octets import to_bytes, to_text
from conformance.instance.connection import AS_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Nested",
    "fits",
    "in_path",
    "in_query",
    "json_object",
    "json_value",
    "plain",
    "quoted",
    "to_bytes",
]

MOST_IN_URL = 60_000  # bytes of a percent-encoded query or segment
_IN_QUERY = "!$%&'()*+,-./:;=?@_~"  # not percent-encoded in a query


@dataclass(frozen=True)
class Nested:
    """A JSON list that contains a list, and so on.

    Attributes:
        depth: Number of nested lists.
    """

    depth: int


# -- forms and URLs -------------------------------------------------------


def quoted(text: str) -> bytes:
    """Return a name or a value, percent-encoded for a form."""
    return quote_plus(to_bytes(text)).encode("ascii")


def plain(value: bytes) -> str:
    """Return a percent-encoded name or value of a form, decoded."""
    return to_text(unquote_to_bytes(value.replace(b"+", b" ")))


def fits(query: bytes) -> bool:
    """Return whether a query or segment is short enough for a URL.

    Servers close the connection during a request line that is too long, so
    that no client could read a response.
    """
    return len(quote(query, safe=_IN_QUERY)) <= MOST_IN_URL


def in_query(path: str, query: bytes) -> dict[str, bytes]:
    """Return httpx extensions for a request to a path with a query.

    Args:
        path: Path below the instance's URL.
        query: The query; only bytes that a URL cannot contain are
            percent-encoded. A ``%`` that escapes nothing is sent as it is.
    """
    escaped = quote(query, safe=_IN_QUERY)
    return _as_written(f"{path}?{escaped}" if escaped else path)


def in_path(before: str, segment: str, after: str = "") -> dict[str, bytes]:
    """Return httpx extensions for a request with any text in its path.

    Args:
        before: Path below the instance's URL, with its last slash.
        segment: The text of one segment, percent-encoded here.
        after: The rest of the path.
    """
    return _as_written(f"{before}{quote(to_bytes(segment), safe='')}{after}")


def _as_written(target: str) -> dict[str, bytes]:
    return {AS_WRITTEN: target.encode("ascii")}


# -- JSON -----------------------------------------------------------------


def json_object(
    pairs: Iterable[tuple[str, Any]], *, escaped: bool = True
) -> str:
    """Return a JSON object, which may contain a name more than once.

    Args:
        pairs: Names and values, see :func:`json_value`.
        escaped: Whether non-ASCII characters, lone surrogates included, are
            escaped.
    """
    inner = ", ".join(
        f"{json.dumps(name, ensure_ascii=escaped)}: "
        f"{json_value(value, escaped=escaped)}"
        for name, value in pairs
    )
    return f"{{{inner}}}"


def json_value(value: Any, *, escaped: bool = True) -> str:
    """Return a value, which may contain :class:`Nested`, as JSON.

    Infinity and NaN are written as in JavaScript, which is not valid JSON.
    """
    if isinstance(value, Nested):
        return "[" * value.depth + "]" * value.depth
    if isinstance(value, dict):
        return json_object(value.items(), escaped=escaped)
    if isinstance(value, list | tuple):
        inner = (json_value(member, escaped=escaped) for member in value)
        return f"[{', '.join(inner)}]"
    return json.dumps(value, ensure_ascii=escaped)

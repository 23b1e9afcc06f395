"""How what a hunt draws becomes bytes: the one place where that happens.

Nothing is dropped, replaced or cut. A drawn text is UTF-8 on the wire; a
lone surrogate goes out as its three bytes, and U+DC80 to U+DCFF, which stand
for bytes that are no UTF-8, as those bytes; see
:mod:`conformance.evidence.octets`. Forms and paths escape what no URL may
hold.
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

MOST_IN_URL = 60_000  # bytes of a query or a segment, as they are escaped
_IN_QUERY = "!$%&'()*+,-./:;=?@_~"  # what is as it stands in a query


@dataclass(frozen=True)
class Nested:
    """A list in a list in a list.

    Attributes:
        depth: How deep.
    """

    depth: int


# -- forms and URLs -------------------------------------------------------


def quoted(text: str) -> bytes:
    """Return a name or a value as a form is written."""
    return quote_plus(to_bytes(text)).encode("ascii")


def plain(value: bytes) -> str:
    """Return what a form's name or value says."""
    return to_text(unquote_to_bytes(value.replace(b"+", b" ")))


def fits(query: bytes) -> bool:
    """Tell whether a query may be drawn: it is not too long for a URL.

    Servers close a connection in the middle of a request line that is too
    long, and then no answer can be read, whoever asks.
    """
    return len(quote(query, safe=_IN_QUERY)) <= MOST_IN_URL


def in_query(path: str, query: bytes) -> dict[str, bytes]:
    """Return httpx's extensions of a request to a path with a query.

    Args:
        path: Below the instance's URL.
        query: As it is written; bytes that no URL may hold are escaped,
            and nothing else is: no ``%`` that escapes nothing either.
    """
    escaped = quote(query, safe=_IN_QUERY)
    return _as_written(f"{path}?{escaped}" if escaped else path)


def in_path(before: str, segment: str, after: str = "") -> dict[str, bytes]:
    """Return httpx's extensions of a request with any text in its path.

    Args:
        before: Path below the instance's URL, with its last slash.
        segment: The text of one segment; none of its characters ends it.
        after: What follows.
    """
    return _as_written(f"{before}{quote(to_bytes(segment), safe='')}{after}")


def _as_written(target: str) -> dict[str, bytes]:
    return {AS_WRITTEN: target.encode("ascii")}


# -- JSON -----------------------------------------------------------------


def json_object(
    pairs: Iterable[tuple[str, Any]], *, escaped: bool = True
) -> str:
    """Return a JSON object; a name may stand in it more than once.

    Args:
        pairs: Names and values, see :func:`json_value`.
        escaped: Write what is not ASCII, lone surrogates too, as escapes.
    """
    inner = ", ".join(
        f"{json.dumps(name, ensure_ascii=escaped)}: "
        f"{json_value(value, escaped=escaped)}"
        for name, value in pairs
    )
    return f"{{{inner}}}"


def json_value(value: Any, *, escaped: bool = True) -> str:
    """Return a value as JSON, :class:`Nested` anywhere in it.

    Infinity and NaN are written as JavaScript does, which is no JSON.
    """
    if isinstance(value, Nested):
        return "[" * value.depth + "]" * value.depth
    if isinstance(value, dict):
        return json_object(value.items(), escaped=escaped)
    if isinstance(value, list | tuple):
        inner = (json_value(member, escaped=escaped) for member in value)
        return f"[{', '.join(inner)}]"
    return json.dumps(value, ensure_ascii=escaped)

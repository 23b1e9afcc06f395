"""Request parameters: good ones, and the changes a scenario makes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode

from conformance.evidence.octets import to_bytes

Value = str | list[str] | None
Changes = Mapping[str, Value]
FORM = "application/x-www-form-urlencoded"


def pairs(defaults: Changes, changes: Changes) -> list[tuple[str, str]]:
    """Merge changes over defaults into form pairs, in order.

    Args:
        defaults: What a well-behaved client sends.
        changes: What to send instead: a string replaces, None leaves the
            parameter out, a list sends it once for each member.
    """
    merged: dict[str, Value] = {**defaults, **changes}
    return [
        (name, text)
        for name, value in merged.items()
        if value is not None
        for text in ([value] if isinstance(value, str) else value)
    ]


def encode(defaults: Changes, changes: Changes) -> tuple[str, dict[str, str]]:
    """Return a form body and its headers (RFC 6749 appendix B)."""
    merged = [(to_bytes(n), to_bytes(v)) for n, v in pairs(defaults, changes)]
    return urlencode(merged), {"Content-Type": FORM}


def basic(user: str, password: str) -> dict[str, str]:
    """Return the header of HTTP Basic as RFC 6749 2.3.1 encodes it."""
    pair = ":".join(quote_plus(to_bytes(part)) for part in (user, password))
    credentials = b64encode(pair.encode()).decode("ascii")
    return {"Authorization": f"Basic {credentials}"}

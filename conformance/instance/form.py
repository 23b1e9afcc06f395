"""Request parameters: valid ones, and the changes of a scenario."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode

from conformance.evidence.octets import to_bytes

Value = str | list[str] | None
Changes = Mapping[str, Value]
FORM = "application/x-www-form-urlencoded"


def pairs(defaults: Changes, changes: Changes) -> list[tuple[str, str]]:
    """Return parameters as pairs of name and value, with changes applied.

    Args:
        defaults: Parameters of a valid request.
        changes: By name: a string replaces the value, None removes the
            parameter, a list repeats it with each member.
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
    """Return the header of HTTP Basic, encoded as in RFC 6749 2.3.1."""
    pair = ":".join(quote_plus(to_bytes(part)) for part in (user, password))
    credentials = b64encode(pair.encode()).decode("ascii")
    return {"Authorization": f"Basic {credentials}"}

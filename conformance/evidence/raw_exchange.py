"""An exchange before redaction, and the secrets in it.

Secrets are found where OAuth and FitTrackee put them: RFC 6749 sections
2.3.1, 4.1 and 5.1, RFC 6750 section 2, RFC 7636 section 4.5, the login.
"""

from __future__ import annotations

import base64
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from conformance.evidence.octets import to_text
from conformance.evidence.redact import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTES = "surrogateescape"  # as in octets
_PART = re.compile(
    r'name="(?P<name>[^"]+)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n'
    r"(?P<value>.*?)\r?\n--",
    re.DOTALL,
)


@dataclass
class RawExchange:
    """An exchange with its secrets: never stored or shown as it is.

    ``request`` and ``response`` hold the members of ``RecordedRequest`` and
    ``RecordedResponse``; ``duration`` is in seconds.
    """

    via: str
    actor: str
    request: dict[str, Any] = field(repr=False)
    response: dict[str, Any] | None = field(repr=False)
    error: str = field(default="", repr=False)
    duration: float = 0.0

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Yield the secrets of both sides as (value, kind)."""
        yield from _in_url(self.request["url"])
        yield from _in_message(self.request)
        if self.response:
            yield from _in_message(self.response)


def _in_message(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in message["headers"]:
        yield from _in_header(name.lower(), value)
    yield from _in_body(message["body"])


def _in_header(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == "authorization":
        yield from _in_authorization(value)
    elif name == "cookie":
        for pair in value.split(";"):
            yield from _in_cookie(pair)
    elif name == "set-cookie":
        # A browser joins several such headers with newlines.
        for line in value.splitlines():
            yield from _in_cookie(line.partition(";")[0])
    elif name in {"location", "referer"}:
        yield from _in_url(value)
    elif name in KINDS:
        yield value, KINDS[name]


def _in_authorization(value: str) -> Iterator[tuple[str, str]]:
    scheme, _, rest = value.strip().partition(" ")
    credentials = rest.strip() or scheme
    if scheme.lower() == "bearer":
        yield credentials, "access_token"
        return
    yield credentials, "credentials"
    with suppress(ValueError):
        pair = to_text(base64.b64decode(credentials, validate=True))
        secret = pair.partition(":")[2]
        yield secret, "client_secret"
        yield unquote_plus(secret, errors=BYTES), "client_secret"


def _in_cookie(pair: str) -> Iterator[tuple[str, str]]:
    name, _, value = pair.strip().partition("=")
    yield value.strip('"'), KINDS.get(name, "cookie")


def _in_url(url: str) -> Iterator[tuple[str, str]]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    for text in (parts.query, parts.fragment):
        yield from _in_pairs(
            parse_qsl(text, keep_blank_values=True, errors=BYTES)
        )


def _in_pairs(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in pairs:
        if name in KINDS:
            yield value, KINDS[name]
        elif name == "from":
            yield from _in_url(value)


def _in_body(body: str) -> Iterator[tuple[str, str]]:
    if not body:
        return
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        if "form-data; name=" in body:
            found = [(m["name"], m["value"]) for m in _PART.finditer(body)]
        else:
            found = parse_qsl(body, max_num_fields=None, errors=BYTES)
        yield from _in_pairs(found)
    else:
        yield from _in_json(document)


def _in_json(document: Any) -> Iterator[tuple[str, str]]:
    todo = [("", document)]  # no recursion: nesting may be deep
    while todo:
        name, value = todo.pop()
        if isinstance(value, dict):
            todo += reversed(value.items())
        elif isinstance(value, list):
            todo += [(name, member) for member in reversed(value)]
        elif isinstance(value, str):
            yield from _in_json_text(name, value)


def _in_json_text(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name in KINDS:
        yield value, KINDS[name]
    elif value.lstrip().startswith(("{", "[")):
        yield from _in_body(value)
    elif "=" in value:
        yield from _in_url(value)

"""Values that a server issued but no client can send back.

That is a violation of the server: scenarios that need such a value are
blocked with the id of the violated requirement, whose own scenario fails.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from conformance.instance.preconditions import unmet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.errors import Blocked

GRAMMAR = "rfc6750/2.1/token-grammar"
STRINGS = "rfc6749/5.1/strings"
CLIENT_IDS = "rfc6749/A.1/client-id-characters"
CLIENT_SECRETS = "rfc6749/A.2/client-secret-characters"
FITS = "robustness/token-fits-into-a-header"
LONGEST = 64 * 1024  # characters of a header; common servers accept fewer
BEGINNING = 64  # characters by which a long value is identified
UNSENDABLE = re.compile(r"[^\t -~]|^[\t ]|[\t ]$")
HEADER = re.compile(rb"([!-~]([\t -~]*[!-~])?)?")
JSON_TYPES = {
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}

_unsendable_values: dict[str, tuple[str, str, str]] = {}
"""By value, or the beginning of one that is too long: its name, why it
cannot be sent, and the requirement that it violates."""


def unsendable(value: str) -> str:
    """Return why a value cannot be sent in a header, ``""`` if it can."""
    if len(value) > LONGEST:
        return f"{len(value)} characters"
    if match := UNSENDABLE.search(value):
        return f"it holds U+{ord(match[0]):04X}"
    return ""


def keep(value: str, name: str, requirement: str) -> None:
    """Remember an issued value if it cannot be sent back.

    Args:
        value: As the server issued it.
        name: Its name, such as ``access token``.
        requirement: Id of the requirement that it violates.
    """
    why = unsendable(value)
    if why and len(value) > LONGEST:
        _unsendable_values[value[:BEGINNING]] = (name, why, FITS)
    elif why:
        _unsendable_values[value] = (name, why, requirement)


def must_fit(token: str) -> None:
    """Raise Blocked if an access token cannot be sent in a header."""
    if why := unsendable(token):
        broken = FITS if len(token) > LONGEST else GRAMMAR
        raise _unsendable("must_fit", "access token", why, broken)


def must_be_strings(**values: object) -> None:
    """Raise Blocked if a member of a token response is not a string."""
    for name, value in values.items():
        if not isinstance(value, str):
            raise unmet(
                "must_be_strings",
                f"{name} as a string",
                actual=f"it is a JSON {JSON_TYPES[type(value)]}",
                broken=STRINGS,
            )


def keep_client(data: dict[str, Any]) -> None:
    """Remember an app's client credentials that cannot be sent back."""
    keep(data["client_id"], "client id", CLIENT_IDS)
    keep(data["client_secret"], "client secret", CLIENT_SECRETS)


def must_be_sendable(texts: Iterable[str]) -> None:
    """Raise Blocked if a text contains an issued value that is unsendable.

    Args:
        texts: Texts of a request that could not be built.
    """
    for text in texts:
        for value, (name, why, broken) in _unsendable_values.items():
            if value in text:
                raise _unsendable("must_be_sendable", name, why, broken)


def must_be_headers(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raise Blocked if an issued value makes a header invalid.

    A header that the harness itself made invalid is accepted.
    """
    for _name, value in headers:
        if len(value) > LONGEST or not HEADER.fullmatch(value):
            with suppress(UnicodeError):
                text = value.decode("utf-8", "surrogatepass")
                must_be_sendable([text])


def texts_in(value: object) -> Iterator[str]:
    """Yield all texts in an argument of an HTTP client."""
    if isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts_in([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for member in value:
            yield from texts_in(member)


def _unsendable(verb: str, what: str, why: str, broken: str) -> Blocked:
    expected = f"the {what} to fit into a request"
    return unmet(verb, expected, actual=why, broken=broken)

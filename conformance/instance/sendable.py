"""Values that a server issued and no client can send back.

A client cannot go on with such a value, and that is the server's violation:
scenarios that need it are blocked, with the requirement's name, and the
scenario of that requirement fails.
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
LONGEST = 64 * 1024  # characters of a header; common servers take fewer
BEGINNING = 64  # characters of a long value that tell it from others
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

_odd: dict[str, tuple[str, str, str]] = {}
"""By value, or the beginning of one that is too long: what it is, why it
cannot be sent, what it breaks."""


def unsendable(value: str) -> str:
    """Return why no header can carry a value, ``""`` when one can."""
    if len(value) > LONGEST:
        return f"{len(value)} characters"
    if found := UNSENDABLE.search(value):
        return f"it holds U+{ord(found[0]):04X}"
    return ""


def keep(value: str, name: str, requirement: str) -> None:
    """Remember a value that was issued, where it cannot be sent back.

    Args:
        value: As the server issued it.
        name: What it is, such as ``access token``.
        requirement: Id of what the server breaks with it.
    """
    why = unsendable(value)
    if why and len(value) > LONGEST:
        _odd[value[:BEGINNING]] = (name, why, FITS)
    elif why:
        _odd[value] = (name, why, requirement)


def must_fit(token: str) -> None:
    """Make sure that an access token fits into a header; Blocked if not."""
    if why := unsendable(token):
        broken = FITS if len(token) > LONGEST else GRAMMAR
        raise _unsendable("must_fit", "access token", why, broken)


def must_be_strings(**values: object) -> None:
    """Make sure that members of a token response are strings."""
    for name, value in values.items():
        if not isinstance(value, str):
            raise unmet(
                "must_be_strings",
                f"{name} as a string",
                actual=f"it is a JSON {JSON_TYPES[type(value)]}",
                broken=STRINGS,
            )


def keep_client(data: dict[str, Any]) -> None:
    """Remember the credentials of an app that cannot be sent back."""
    keep(data["client_id"], "client id", CLIENT_IDS)
    keep(data["client_secret"], "client secret", CLIENT_SECRETS)


def must_be_sendable(texts: Iterable[str]) -> None:
    """Make sure that no text holds a value that cannot be sent back.

    Args:
        texts: What a request could not be made of.

    Raises:
        Blocked: One does, so that it is the server's doing.
    """
    for text in texts:
        for value, (name, why, broken) in _odd.items():
            if value in text:
                raise _unsendable("must_be_sendable", name, why, broken)


def must_be_headers(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Make sure that what the server issued spoils no header.

    A header that is spoilt by the harness itself passes.

    Raises:
        Blocked: It does.
    """
    for _name, value in headers:
        if len(value) > LONGEST or not HEADER.fullmatch(value):
            with suppress(UnicodeError):
                text = value.decode("utf-8", "surrogatepass")
                must_be_sendable([text])


def texts_in(value: object) -> Iterator[str]:
    """Yield the texts in what is given to an HTTP client."""
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

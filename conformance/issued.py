"""Values that a server issued and no client can send back.

A client cannot go on with such a value, and that is the server's violation:
scenarios that need it are blocked, with the requirement's name, and the
scenario of that requirement fails.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from conformance.errors import Blocked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GRAMMAR = "rfc6750/2.1/token-grammar"
STRINGS = "rfc6749/5.1/strings"
CLIENT_IDS = "rfc6749/A.1/client-id-characters"
CLIENT_SECRETS = "rfc6749/A.2/client-secret-characters"
FITS = "robustness/token-fits-into-a-header"
LONGEST = 64 * 1024  # characters of a header; common servers take fewer
BEGINNING = 64  # characters by which a long value is known again
UNSENDABLE = re.compile(r"[^\t -~]|^[\t ]|[\t ]$")
HEADER = re.compile(rb"([!-~]([\t -~]*[!-~])?)?")
TEXTS = {"id": int, "name": str, "client_id": str, "client_secret": str}

_odd: dict[str, str] = {}  # by value: what to say of it
_long: set[bytes] = set()  # how values begin that are too long


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
    if len(value) > LONGEST:
        _long.add(value[:BEGINNING].encode("utf-8", "surrogatepass"))
    elif why:
        _odd[value] = f"no request can carry the {name}: {why}; {requirement}"


def must_fit(token: str) -> None:
    """Make sure that an access token fits into a header; Blocked if not."""
    if why := unsendable(token):
        broken = FITS if len(token) > LONGEST else GRAMMAR
        raise Blocked(f"no header can carry the access token: {why}; {broken}")


def must_be_strings(**values: object) -> None:
    """Make sure that members of a token response are strings."""
    for name, value in values.items():
        if not isinstance(value, str):
            kind = type(value).__name__
            raise Blocked(f"{name} is a {kind}, not a string; {STRINGS}")


def must_be_client(data: dict[str, Any]) -> None:
    """Make sure that an app can be made of a registration's answer.

    Raises:
        Blocked: A member has another type than it needs.
    """
    uris = data["redirect_uris"]
    for name, kind in TEXTS.items():
        if not isinstance(data[name], kind):
            raise Blocked(f"a registration answered an odd {name}")
    if not uris or not isinstance(uris, list) or not _all_texts(uris):
        raise Blocked("a registration answered odd redirect_uris")
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
        for value, told in _odd.items():
            if value in text:
                raise Blocked(told)


def must_be_headers(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Make sure that what the server issued spoils no header.

    A header that is spoilt by the harness itself passes.

    Raises:
        Blocked: It does.
    """
    for name, value in headers:
        if len(value) > LONGEST and any(start in value for start in _long):
            shown = name.decode("latin-1")
            raise Blocked(
                f"no header can carry {len(value)} bytes ({shown}); {FITS}"
            )
        if not HEADER.fullmatch(value):
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


def _all_texts(values: list[object]) -> bool:
    return all(isinstance(value, str) for value in values)

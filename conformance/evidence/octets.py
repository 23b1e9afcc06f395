"""Converts bytes to text and back without loss (PEP 383, surrogateescape).

A byte that is not valid UTF-8 becomes U+DC80 to U+DCFF, to which no valid
UTF-8 decodes. So any request can be stored, redacted and shown as text, and
converted back to the same bytes.
"""

from __future__ import annotations

import re

_BYTES = re.compile("([\udc80-\udcff]+)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_bytes(text: str) -> bytes:
    """Return a text as UTF-8, without dropping or replacing characters.

    U+DC80 to U+DCFF become the bytes 80 to FF; any other lone surrogate
    becomes three bytes (``surrogatepass``). The result for a character does
    not depend on its neighbours.
    """
    if not _SURROGATE.search(text):
        return text.encode()
    return b"".join(
        part.encode("utf-8", "surrogateescape" if n % 2 else "surrogatepass")
        for n, part in enumerate(_BYTES.split(text))
    )


def to_text(data: bytes) -> str:
    """Return bytes as text; :func:`to_bytes` returns the same bytes."""
    return data.decode("utf-8", "surrogateescape")


def visible(text: str) -> str:
    r"""Return a text whose lone surrogates are escaped.

    A byte that is not valid UTF-8 becomes ``\xff``, another lone surrogate
    ``\ud800``.
    """
    return _SURROGATE.sub(_escape, text)


def printable(text: str) -> str:
    r"""Return a text that a terminal shows and does not obey.

    Control and format characters other than line breaks and tabs are
    written as Python does: ``\x1b``.
    """
    return "".join(
        c if c.isprintable() or c in "\n\t" else _code_of(c)
        for c in visible(text)
    )


def _code_of(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"

"""Bytes as text and back without loss, as PEP 383 (surrogateescape) has it.

A byte that is no UTF-8 stands as U+DC80 to U+DCFF in a text, which no valid
UTF-8 decodes to. So what was sent can be kept, redacted and shown as text,
and the very bytes can be had back.
"""

from __future__ import annotations

import re

_BYTES = re.compile("([\udc80-\udcff]+)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_bytes(text: str) -> bytes:
    """Return a text as UTF-8; nothing is dropped or replaced.

    U+DC80 to U+DCFF are the bytes 80 to FF; any other lone surrogate
    becomes the three bytes that UTF-8 would have for it. What a character
    becomes does not depend on its neighbours.
    """
    if not _SURROGATE.search(text):
        return text.encode()
    return b"".join(
        part.encode("utf-8", "surrogateescape" if n % 2 else "surrogatepass")
        for n, part in enumerate(_BYTES.split(text))
    )


def to_text(data: bytes) -> str:
    """Return bytes as a text that :func:`to_bytes` makes the same bytes of."""
    return data.decode("utf-8", "surrogateescape")


def visible(text: str) -> str:
    r"""Return a text that any encoding of Unicode can hold.

    A byte that is no UTF-8 is written ``\xff``, another lone surrogate
    ``\ud800``.
    """
    return _SURROGATE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"

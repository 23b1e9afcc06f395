"""Ways to send the parameters of a form, valid and malformed."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from conformance.adversary.malformed.encoding import json_object, to_bytes
from conformance.evidence.octets import to_text
from conformance.instance.form import FORM

if TYPE_CHECKING:
    from collections.abc import Callable

    Pairs = list[tuple[bytes, bytes]]
    Wrapped = tuple[bytes, dict[str, str]]


def joined(pairs: Pairs) -> bytes:
    """Return quoted names and values as a form body."""
    return b"&".join(name + b"=" + value for name, value in pairs)


def _typed(kind: str) -> Callable[[Pairs], Wrapped]:
    headers = {"Content-Type": kind} if kind else {}
    return lambda pairs: (joined(pairs), headers)


def _parts(pairs: Pairs, header: bytes, end: bytes) -> bytes:
    return (
        b"".join(
            b"--x\r\nContent-Disposition: form-data; "
            + header % name
            + b"\r\n\r\n"
            + value
            + b"\r\n"
            for name, value in pairs
        )
        + end
    )


def _multipart(
    kind: str, header: bytes = b'name="%s"', end: bytes = b"--x--\r\n"
) -> Callable[[Pairs], Wrapped]:
    return lambda pairs: (
        _parts(pairs, header, end),
        {"Content-Type": kind},
    )


def _json(pairs: Pairs) -> Wrapped:
    members = [(to_text(name), to_text(value)) for name, value in pairs]
    body = to_bytes(json_object(members, escaped=False))
    return body, {"Content-Type": "application/json"}


def _compressed(pairs: Pairs) -> Wrapped:
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    return gzip.compress(joined(pairs), mtime=0), headers


WITH_BOUNDARY = "multipart/form-data; boundary=x"
WRAPPINGS: dict[str, Callable[[Pairs], Wrapped]] = {
    "form": _typed(FORM),
    "capitals": _typed(FORM.upper()),
    "charset utf-16": _typed(f"{FORM}; charset=utf-16"),
    "unknown charset": _typed(f"{FORM}; charset=made-up"),
    "half a parameter": _typed(f"{FORM}; charset"),
    "no type": _typed(""),
    "malformed type": _typed("/"),
    "plain text": _typed("text/plain"),
    "form that says JSON": _typed("application/json"),
    "form that says XML": _typed("application/xml"),
    "form that says parts": _typed(WITH_BOUNDARY),
    "JSON": _json,
    "parts": _multipart(WITH_BOUNDARY),
    "parts without boundary": _multipart("multipart/form-data"),
    "parts of another boundary": _multipart("multipart/form-data; boundary=y"),
    "parts without end": _multipart(WITH_BOUNDARY, end=b"--x"),
    "parts without name": _multipart(WITH_BOUNDARY, b"x=%s"),
    "files": _multipart(WITH_BOUNDARY, b'name="%s"; filename="a"'),
    "compressed": _compressed,
}
"""Encodings of parameters, by name; only the first one is valid."""

OTHER_WRAPPINGS = [name for name in WRAPPINGS if name != "form"]

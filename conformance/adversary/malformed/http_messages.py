"""Requests that are not well-formed HTTP, as mutations of a valid one.

Each ends with the end of the connection, so that no server waits for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.adversary.malformed.encoding import to_bytes
from conformance.adversary.malformed.texts import Repeated, short_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.adversary.malformed.texts import Text

    Part = Callable[[bytes, bytes], bytes]

CRLF = b"\r\n"


@dataclass(frozen=True)
class MalformedMessage:
    """A mutation of a well-formed request.

    Attributes:
        what: The kind of mutation, a key of :data:`MESSAGES`.
        text: The text to insert.
    """

    what: str
    text: str | Repeated = ""

    def apply(self, valid: bytes) -> bytes:
        """Apply it to a valid request; return the malformed one."""
        return MESSAGES[self.what](valid, to_bytes(str(self.text)))


def _line(change: Callable[[bytes, bytes], bytes]) -> Part:
    """Return the mutation that changes the request line."""

    def changed(valid: bytes, text: bytes) -> bytes:
        line, _, rest = valid.partition(CRLF)
        return change(line, text) + CRLF + rest

    return changed


def _header(*lines: bytes, without: bytes = b"") -> Part:
    """Return the mutation that adds header lines; ``%s`` is the text."""

    def changed(valid: bytes, text: bytes) -> bytes:
        line, _, rest = valid.partition(CRLF)
        head, _, body = rest.partition(CRLF * 2)
        old = [h for h in head.split(CRLF) if not _is(h, without)]
        new = [new.replace(b"%s", text) for new in lines]
        return CRLF.join([line, *new, *old]) + CRLF * 2 + body

    return changed


def _is(line: bytes, name: bytes) -> bool:
    return bool(name) and line.lower().startswith(name.lower())


def _chunked(*chunks: bytes) -> Part:
    """Return the mutation that replaces the body by chunks; ``%s``: text."""
    header = _header(b"Transfer-Encoding: chunked", without=b"Content-Length:")

    def changed(valid: bytes, text: bytes) -> bytes:
        head, _, _ = header(valid, b"").partition(CRLF * 2)
        body = b"".join(chunk.replace(b"%s", text) for chunk in chunks)
        return head + CRLF * 2 + body

    return changed


def _length(*values: bytes) -> Part:
    """Return the mutation that sets Content-Length; ``%s`` is the text."""
    lines = [b"Content-Length: " + value for value in values]
    return _header(*lines, without=b"Content-Length:")


LAST = b"0\r\n\r\n"
MESSAGES: dict[str, Part] = {
    # the request line
    "text before": lambda valid, text: text + valid,
    "text for a method": _line(
        lambda line, text: text + line[line.index(b" ") :]
    ),
    "text for a version": _line(
        lambda line, text: line[: line.rindex(b" ") + 1] + text
    ),
    "text in the path": _line(
        lambda line, text: line.replace(b" HTTP", text + b" HTTP")
    ),
    "no version": _line(lambda line, _: line[: line.rindex(b" ")]),
    "tabs": _line(lambda line, _: line.replace(b" ", b"\t")),
    "more spaces": _line(lambda line, _: line.replace(b" ", b"  ")),
    "a word more": _line(lambda line, text: line + b" " + text),
    "HTTP/9.9": _line(lambda line, _: line[:-3] + b"9.9"),
    "HTTP/0.9": _line(lambda line, _: line[:-3] + b"0.9"),
    # headers
    "no colon": _header(b"X-Odd%s"),
    "space before the colon": _header(b"X-Odd : %s"),
    "text for a name": _header(b"%s: a"),
    "text for a value": _header(b"X-Odd: %s"),
    "folded": _header(b"X-Odd: a\r\n %s"),
    "folded first": _header(b" X-Odd: %s"),
    "bare line feed": _header(b"X-Odd: a\nX-Even: %s"),
    "bare carriage return": _header(b"X-Odd: a\rX-Even: %s"),
    "NUL": _header(b"X-Odd: \0%s"),
    "two hosts": _header(b"Host: %s"),
    "no host": _header(without=b"Host:"),
    "text for a type": _header(b"Content-Type: %s", without=b"Content-Type:"),
    "text for a cookie": _header(b"Cookie: %s=%s; %s"),
    "text for credentials": _header(b"Authorization: Bearer %s"),
    "many headers": _header(*[b"X-Odd: a"] * 300),
    "a long header": _header(b"X-Odd: " + b"a" * 70_000),
    "an expectation": _header(b"Expect: %s"),
    "an upgrade": _header(b"Connection: Upgrade", b"Upgrade: %s"),
    # the length
    "text for a length": _length(b"%s"),
    "no length": _length(),
    "length -1": _length(b"-1"),
    "length +1": _length(b"+1"),
    "length 0x1": _length(b"0x1"),
    "length 1e1": _length(b"1e1"),
    "length too small": _length(b"1"),
    "length too large": _length(b"1000"),
    "length beyond all": _length(b"9" * 30),
    "two lengths": _length(b"1", b"2"),
    "a list of lengths": _length(b"1, 1"),
    "length and chunks": _header(b"Transfer-Encoding: chunked"),
    # chunks
    "chunks": _chunked(b"1\r\na\r\n", LAST),
    "text for a chunk's size": _chunked(b"%s\r\na\r\n", LAST),
    "negative chunk": _chunked(b"-1\r\na\r\n", LAST),
    "huge chunk": _chunked(b"f" * 40 + b"\r\na\r\n", LAST),
    "chunk without end": _chunked(b"5\r\na"),
    "chunk too long": _chunked(b"1\r\naaaa\r\n", LAST),
    "chunk's extension": _chunked(b"1;%s\r\na\r\n", LAST),
    "a trailer": _chunked(b"1\r\na\r\n", b"0\r\n%s\r\n\r\n"),
    "line feeds only": _chunked(b"1\na\n0\n\n"),
    "unknown coding": _header(b"Transfer-Encoding: %s"),
    "coding twice": _header(b"Transfer-Encoding: chunked, chunked"),
    # the end
    "half of it": lambda valid, _: valid[: len(valid) // 2],
    "nothing but line ends": lambda _valid, _: CRLF * 3,
    "text only": lambda _valid, text: text,
}
"""Mutations that no HTTP client sends, by name."""

_texts: st.SearchStrategy[Text] = short_texts | st.builds(
    Repeated, st.sampled_from(["a", "\0", "%"]), st.just(9_000)
)
listed_messages = [
    MalformedMessage("a trailer", "\0"),
    MalformedMessage("chunks"),
]
"""Mutations that every run tries."""

messages = st.builds(MalformedMessage, st.sampled_from(list(MESSAGES)), _texts)
"""The strategy for all mutations."""

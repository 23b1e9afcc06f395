"""Raw HTTP/1.1 over a socket, for requests that no HTTP client sends.

Malformed messages need arbitrary bytes, and a race needs requests whose last
byte is held back. Responses are parsed, and each exchange is recorded like
any other.
"""

from __future__ import annotations

import http.client
import io
import re
import select
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx

from conformance.evidence import EXCHANGE, RECORDER
from conformance.evidence.octets import to_bytes, to_text
from conformance.evidence.raw_exchange import RawExchange
from conformance.instance.readable import Response

if TYPE_CHECKING:
    from types import TracebackType

    from conformance.evidence import Recorder
    from conformance.instance import Instance

_HEAD = re.compile(
    "[!#-'*+.0-9A-Z^-z|~-]+ [!-~]+ HTTP/1.1\r\n"  # the request line
    "(?:[!#-'*+.0-9A-Z^-z|~-]+:[^\x00-\x08\n-\x1f\x7f]*\r\n)*\r\n"
)
HANG_UP = 0.3  # seconds to wait for a response to an incomplete request
TIMEOUT = 30.0  # seconds for connecting, and for each read or write


def request_bytes(
    instance: Instance,
    method: str,
    path: str,
    *,
    headers: dict[str, str] | None = None,
    content: bytes = b"",
) -> bytes:
    """Return a well-formed HTTP/1.1 request as bytes.

    It asks the server to close the connection after the response.

    Args:
        instance: The instance that it is for.
        method: HTTP method.
        path: Path below the instance's URL, with the query.
        headers: Further headers, which replace the default ones. Bytes that
            are not UTF-8 are written as in
            :mod:`conformance.evidence.octets`.
        content: The body; without one there is no ``Content-Length``.
    """
    parts = urlsplit(instance.url)
    merged = {"Host": parts.netloc, "User-Agent": "fittrackee-conformance"}
    if content:
        merged["Content-Length"] = str(len(content))
    merged |= {"Connection": "close", **(headers or {})}
    lines = [f"{method} {parts.path}{path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in merged.items()]
    return to_bytes("\r\n".join([*lines, "", ""])) + content


class RawConnection:
    """A connection for one request.

    Attributes:
        seen: The exchange, once :meth:`answer` was called.
    """

    def __init__(
        self,
        instance: Instance,
        actor: str,
        *,
        recorder: Recorder = RECORDER,
        timeout: float = TIMEOUT,
    ) -> None:
        """Connect.

        Raises:
            OSError: The connection fails or times out.
        """
        self._instance, self._actor = instance, actor
        self._recorder = recorder
        self._sent = b""
        self._first = b""  # byte of the response, read by is_answering
        self._began = time.monotonic()
        self._socket = instance.reach.connect(instance.url, timeout)

    def __enter__(self) -> Self:
        """Return itself; the connection is open already."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send a part of the request.

        If the server closed the connection early, this is no error: its
        response may still be readable.
        """
        self._sent += data
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def hang_up(self, *, after: float = HANG_UP) -> None:
        """End an incomplete request unless a response begins in time.

        The sending side is closed, so that a server that waits for the rest
        of the request sees its end.

        Args:
            after: Seconds to wait for a response.
        """
        ready, _, _ = select.select([self._socket], [], [], after)
        if ready:
            return
        if isinstance(self._socket, ssl.SSLSocket):
            self._socket.settimeout(after)  # it cannot be half-closed
            return
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def is_answering(self) -> bool:
        """Return whether the response has begun, without waiting."""
        if self._first:
            return True
        if not isinstance(self._socket, ssl.SSLSocket):
            return bool(select.select([self._socket], [], [], 0)[0])
        # Readable data may also be a message of TLS itself.
        patience = self._socket.gettimeout()
        self._socket.settimeout(0)
        try:
            self._first = self._socket.recv(1)
        except ssl.SSLWantReadError:
            return False
        except OSError:
            return True  # reading the response will raise the error
        finally:
            self._socket.settimeout(patience)
        return True

    def answer(self, *, record: bool = True) -> httpx.Response | None:
        """Return the response, None if the connection ends without one.

        Args:
            record: Whether to record the exchange; a race records its
                exchanges itself, from ``seen``, when all have ended.

        Raises:
            TimeoutError: The response timed out.
        """
        method = self._sent.partition(b" ")[0].decode("latin-1")
        reader = http.client.HTTPResponse(self._socket, method=method)
        if self._first:
            reader.fp = io.BufferedReader(_Rest(self._first, reader.fp))
        seen = RawExchange("http", self._actor, self._request(), None)
        response = None
        try:
            reader.begin()
            response = Response(
                reader.status,
                headers=[
                    (name.encode("latin-1"), value.encode("latin-1"))
                    for name, value in reader.getheaders()
                ],
                content=reader.read(),
                extensions={"reason_phrase": reader.reason.encode("latin-1")},
            )
            seen.response = _plain(response)
        except TimeoutError:
            seen.error = f"no response within {self._socket.gettimeout():g} s"
            raise
        except (
            http.client.HTTPException,
            httpx.DecodingError,
            OSError,
        ) as error:
            seen.error = f"{type(error).__name__}: {error}"
        finally:
            reader.close()
            seen.duration = time.monotonic() - self._began
            self.seen = seen
            exchange = self._recorder.record(seen) if record else None
        if response is not None and exchange is not None:
            response.extensions[EXCHANGE] = exchange
        return response

    def _request(self) -> dict[str, Any]:
        """Return the request as the evidence has it, parsed as HTTP.

        If parsing loses anything, ``raw`` has all its bytes.
        """
        sent = to_text(self._sent)
        head, _, body = sent.partition("\r\n\r\n")
        line, *rest = head.split("\r\n")
        words = line.split(" ")
        headers = [
            [name, value.strip()]
            for name, _, value in (row.partition(":") for row in rest)
        ]
        parts = urlsplit(self._instance.url)
        path = words[1] if len(words) > 1 else ""
        parsed = {
            "method": words[0],
            "url": f"{parts.scheme}://{parts.netloc}{path}",
            "headers": headers,
            "body": body,
        }
        rebuilt = [f"{words[0]} {path} HTTP/1.1"]
        rebuilt += [f"{name}: {value}" for name, value in headers]
        text = "\r\n".join([*rebuilt, "", body])
        if _is_plain(parsed, text, sent):
            return parsed
        return {**parsed, "raw": sent}


def _is_plain(parsed: dict[str, Any], rebuilt: str, sent: str) -> bool:
    """Return whether an HTTP client can send the parsed request unchanged.

    Args:
        parsed: The request's parts.
        rebuilt: The request that they make.
        sent: The request that was sent.
    """
    if not _HEAD.match(sent):
        return False
    headers = [(name.lower(), value) for name, value in parsed["headers"]]
    lengths = [value for name, value in headers if name == "content-length"]
    length = str(len(to_bytes(parsed["body"])))
    chunked = any(name == "transfer-encoding" for name, _ in headers)
    right = lengths == ([length] if parsed["body"] else [])
    return rebuilt == sent and right and not chunked


class _Rest(io.RawIOBase):
    """A stream of bytes that were read already, and of the rest."""

    def __init__(self, first: bytes, rest: io.BufferedReader) -> None:
        self._first, self._rest = first, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first or self._rest.read1(len(buffer))
        self._first = b""
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._rest.close()
        super().close()


def _plain(response: httpx.Response) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "reason": response.reason_phrase,
        "headers": [
            [to_text(name), to_text(value)]
            for name, value in response.headers.raw
        ],
        "body": response.text,
    }

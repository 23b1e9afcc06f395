"""Requests sent byte by byte, past what an HTTP client would let through.

Malformed wire needs bytes that no client library sends, and a race needs
requests that are held back at their last byte. Answers are read as a client
would read them, and each exchange is recorded like any other.
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
HANG_UP = 0.3  # seconds to wait for an answer to half a request
TIMEOUT = 30.0  # seconds for connecting, and for each read or write


def request_bytes(
    instance: Instance,
    method: str,
    path: str,
    *,
    headers: dict[str, str] | None = None,
    content: bytes = b"",
) -> bytes:
    """Return a well-formed HTTP/1.1 request, to be changed or held back.

    The server is asked to close the connection after its answer.

    Args:
        instance: Whose name and path are taken.
        method: HTTP method.
        path: Path below the instance's URL, with the query.
        headers: More headers; they win over ours. A byte that is no UTF-8
            stands in them as :mod:`conformance.evidence.octets` has it.
        content: The body; none is announced when it is empty.
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
    """One connection for one request."""

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
            OSError: Nothing answers there in time.
        """
        self._instance, self._actor = instance, actor
        self._recorder = recorder
        self._sent = b""
        self._first = b""  # of the answer, where it was looked for
        self._began = time.monotonic()
        self._socket = instance.reach.connect(instance.url, timeout)

    def __enter__(self) -> Self:
        """Stay open for as long as the context lasts."""
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
        """Send bytes now; what was sent together is the request.

        A server that refuses early may close while it is still being sent
        to: its answer can be read all the same.
        """
        self._sent += data
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def hang_up(self, *, after: float = HANG_UP) -> None:
        """Send no more when nothing comes for some seconds.

        Whoever waits for the rest of a request learns that none comes.
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
        """Tell whether anything of the answer is here; wait for nothing."""
        if self._first:
            return True
        if not isinstance(self._socket, ssl.SSLSocket):
            return bool(select.select([self._socket], [], [], 0)[0])
        # Not all that comes is an answer: TLS has messages of its own.
        patience = self._socket.gettimeout()
        self._socket.settimeout(0)
        try:
            self._first = self._socket.recv(1)
        except ssl.SSLWantReadError:
            return False
        except OSError:
            return True  # reading the answer will say why
        finally:
            self._socket.settimeout(patience)
        return True

    def answer(self, *, record: bool = True) -> httpx.Response | None:
        """Read the answer; None when the connection ends without one.

        Args:
            record: Whether the exchange is recorded at once; a race records
                its exchanges itself, when all have ended, from ``seen``.

        Raises:
            TimeoutError: Nothing came for too long.
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
            seen.error = f"no answer within {self._socket.gettimeout():g} s"
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
        """Describe what was sent, as far as it can be read as HTTP.

        Where that does not say all of it, ``raw`` does, byte for byte.
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
        read = {
            "method": words[0],
            "url": f"{parts.scheme}://{parts.netloc}{path}",
            "headers": headers,
            "body": body,
        }
        again = [f"{words[0]} {path} HTTP/1.1"]
        again += [f"{name}: {value}" for name, value in headers]
        whole = "\r\n".join([*again, "", body])
        return read if _is_plain(read, whole, sent) else {**read, "raw": sent}


def _is_plain(read: dict[str, Any], whole: str, sent: str) -> bool:
    """Tell whether a request is no more than what was read of it.

    Only then does an HTTP client send the same again.
    """
    if not _HEAD.match(sent):
        return False
    lengths = [v for n, v in read["headers"] if n.lower() == "content-length"]
    length = str(len(to_bytes(read["body"])))
    chunked = any(n.lower() == "transfer-encoding" for n, _ in read["headers"])
    right = lengths == ([length] if read["body"] else [])
    return whole == sent and right and not chunked


class _Rest(io.RawIOBase):
    """What was read of an answer before, and then the rest of it."""

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

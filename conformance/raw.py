"""Requests sent byte by byte, past what an HTTP client would let through.

Malformed wire needs bytes that no client library sends, and a race needs
requests that are held back at their last byte. Answers are read as a client
would read them, and each exchange is recorded like any other.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx

from conformance.capture import Seen
from conformance.evidence import EXCHANGE, RECORDER

if TYPE_CHECKING:
    from types import TracebackType

    from conformance.evidence import Recorder
    from conformance.instance import Instance

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
        headers: More headers; they win over ours.
        content: The body; none is announced when it is empty.
    """
    parts = urlsplit(instance.url)
    merged = {"Host": parts.netloc, "User-Agent": "fittrackee-conformance"}
    if content:
        merged["Content-Length"] = str(len(content))
    merged |= {"Connection": "close", **(headers or {})}
    lines = [f"{method} {parts.path}{path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in merged.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


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

    def answer(self, *, record: bool = True) -> httpx.Response | None:
        """Read the answer; None when the connection ends without one.

        Args:
            record: Whether the exchange is recorded at once; a race records
                its exchanges itself, when all have ended.

        Raises:
            TimeoutError: Nothing came for too long.
        """
        method = self._sent.partition(b" ")[0].decode("latin-1")
        reader = http.client.HTTPResponse(self._socket, method=method)
        seen = Seen("http", self._actor, self._request(), None)
        response = None
        try:
            reader.begin()
            response = httpx.Response(
                reader.status,
                headers=reader.getheaders(),
                content=reader.read(),
                extensions={"reason_phrase": reader.reason.encode("latin-1")},
            )
            seen.response = _plain(response)
        except TimeoutError:
            seen.error = f"no answer within {self._socket.gettimeout():g} s"
            raise
        except (http.client.HTTPException, OSError) as error:
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
        """Describe what was sent; unparsable bytes stand in the body."""
        head, _, body = self._sent.partition(b"\r\n\r\n")
        line, *rest = head.decode("latin-1").split("\r\n")
        words = line.split(" ")
        headers = [row.partition(":")[::2] for row in rest]
        parts = urlsplit(self._instance.url)
        path = words[1] if len(words) > 1 else ""
        return {
            "method": words[0],
            "url": f"{parts.scheme}://{parts.netloc}{path}",
            "headers": [[name, value.strip()] for name, value in headers],
            "body": body.decode("utf-8", "backslashreplace"),
        }


def _plain(response: httpx.Response) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "reason": response.reason_phrase,
        "headers": [list(pair) for pair in response.headers.multi_items()],
        "body": response.text,
    }

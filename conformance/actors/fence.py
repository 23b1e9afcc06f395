"""Restricts a run's browser to the target and to the app's callback.

A browser follows redirections and runs the scripts of pages by itself, so
that a check before input cannot control what is sent afterwards. Each window
therefore uses a SOCKS proxy (RFC 1928) of its own, which connects only to the
target's host and port, and to callbacks of this process.
"""

from __future__ import annotations

import ipaddress
import select
import socket
import socketserver
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from conformance.actors import callback
from conformance.instance.origin import endpoint

if TYPE_CHECKING:
    from conformance.instance.reach import Reach

CONNECT_SECONDS = 10.0
CHUNK = 65_536
VERSION, CONNECT = 5, 1
IPV4, NAME, IPV6 = 1, 3, 4
GRANTED, NOT_ALLOWED, UNREACHABLE = 0, 2, 4


class Fence:
    """A SOCKS proxy that connects a browser to one target only.

    Attributes:
        server: URL of the proxy that the browser has to use.
    """

    def __init__(self, url: str, reach: Reach) -> None:
        """Listen on a free loopback port, until :meth:`close`.

        Args:
            url: The target's base URL.
            reach: How connections to it are opened.
        """
        self._target = endpoint(url)
        self._address = reach.address
        self._server = socketserver.ThreadingTCPServer(
            ("127.0.0.1", 0), _handler(self), bind_and_activate=True
        )
        self._server.daemon_threads = True
        self.server = f"socks5://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop accepting connections."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def way(self, host: str, port: int) -> tuple[str, int] | None:
        """Return the address to connect to, None for a forbidden one."""
        host = _plain(host)
        if (host, port) == (_plain(self._target[0]), self._target[1]):
            return self._address or host, port
        if (host, port) == (self._address, self._target[1]):
            return host, port
        return (host, port) if (host, port) in callback.LISTENING else None


def _plain(host: str) -> str:
    """Return a host without brackets, an IP address normalized."""
    bare = host.strip("[]").lower()
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return bare


def _handler(fence: Fence) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        """Handles one connection of the browser."""

        def handle(self) -> None:
            with suppress(OSError, EOFError, ValueError):
                self._serve(self.request)

        def _serve(self, browser: socket.socket) -> None:
            browser.settimeout(CONNECT_SECONDS)
            _version, methods = _exactly(browser, 2)
            _exactly(browser, methods)
            browser.sendall(bytes([VERSION, 0]))
            asked = _asked(browser)
            way = asked and fence.way(*asked)
            if not way:
                _answer(browser, NOT_ALLOWED)
                return
            try:
                target = socket.create_connection(way, CONNECT_SECONDS)
            except OSError:
                _answer(browser, UNREACHABLE)
                return
            with target:
                _answer(browser, GRANTED)
                _pass_on(browser, target)

    return Handler


def _asked(browser: socket.socket) -> tuple[str, int] | None:
    """Return the requested host and port, None for another command."""
    _version, command, _reserved, kind = _exactly(browser, 4)
    if kind == NAME:
        host = _exactly(browser, _exactly(browser, 1)[0]).decode("ascii")
    elif kind == IPV4:
        host = socket.inet_ntop(socket.AF_INET, _exactly(browser, 4))
    elif kind == IPV6:
        host = socket.inet_ntop(socket.AF_INET6, _exactly(browser, 16))
    else:
        return None
    (port,) = struct.unpack(">H", _exactly(browser, 2))
    return (host, port) if command == CONNECT else None


def _answer(browser: socket.socket, status: int) -> None:
    browser.sendall(bytes([VERSION, status, 0, IPV4, *bytes(6)]))


def _exactly(connection: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        more = connection.recv(size - len(read))
        if not more:
            raise EOFError
        read += more
    return read


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Relay bytes in both directions until both sides have closed."""
    sinks = {one: other, other: one}
    for source in sinks:
        source.settimeout(None)
    while sinks:
        ready, _, _ = select.select(list(sinks), [], [])
        for source in ready:
            sink = sinks[source]
            if data := source.recv(CHUNK):
                sink.sendall(data)
                continue
            del sinks[source]
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

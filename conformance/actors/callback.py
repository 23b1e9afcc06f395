"""The app's redirection endpoint, to which the browser returns."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/callback"
LISTENING: set[tuple[str, int]] = set()
"""Host and port of each callback that this process serves."""

PAGE = (
    b"<!doctype html><html lang=en><meta charset=utf-8>"
    b"<title>Callback</title>"
    b"<h1>The app has its answer</h1><p>This page is the app's callback."
)


class Callback:
    """A redirection endpoint on loopback that records its requests.

    Attributes:
        url: The redirection URI to register.
        visits: The query parameters of each visit, oldest first.
    """

    def __init__(self, port: int) -> None:
        """Set the URL of the endpoint on a port of 127.0.0.1."""
        self.url = f"http://127.0.0.1:{port}{PATH}"
        self.visits: list[dict[str, list[str]]] = []


@contextmanager
def listening() -> Iterator[Callback]:
    """Serve a callback on a free loopback port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    callback = Callback(server.server_address[1])
    server.RequestHandlerClass = _handler(callback)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    place = ("127.0.0.1", server.server_address[1])
    LISTENING.add(place)
    try:
        yield callback
    finally:
        LISTENING.discard(place)
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _handler(callback: Callback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path != PATH:
                self.send_error(404)
                return
            callback.visits.append(
                parse_qs(parts.query, keep_blank_values=True)
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: Any) -> None:
            """Log nothing: the request line contains the code."""

    return Handler

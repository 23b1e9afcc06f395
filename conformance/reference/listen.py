"""Serving a reference server over loopback HTTP."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import TYPE_CHECKING

from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.server import ReferenceServer

THREADS = 16
STOP_TIMEOUT = 10.0  # seconds for the serving thread to end


@contextlib.contextmanager
def serve(
    server: ReferenceServer,
    host: str = "127.0.0.1",
    port: int = 0,
    threads: int = THREADS,
) -> Iterator[str]:
    """Serve until the block is left.

    Args:
        server: The server; the caller closes it.
        host: Address to listen on.
        port: 0 picks a free one.
        threads: How many requests are served concurrently.

    Yields:
        The base URL, without a trailing slash.

    Raises:
        OSError: The port is taken.
    """
    # With few threads requests queue on purpose: no warnings about it.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sockets: dict[int, object] = {}
    # Without the last option waitress strips X-Forwarded-* headers, which
    # ProxyFix is there to read.
    wsgi = create_server(
        server.app,
        map=sockets,
        host=host,
        port=port,
        threads=threads,
        clear_untrusted_proxy_headers=False,
    )
    thread = threading.Thread(target=wsgi.run, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{wsgi.effective_port}"
    finally:
        wsgi.task_dispatcher.shutdown(timeout=STOP_TIMEOUT)
        # In the serving thread: it ends once no socket is left.
        wsgi.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(STOP_TIMEOUT)

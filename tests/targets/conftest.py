"""Fixtures: parts of the system that a release needs, and a web server."""

import ctypes.util
import http.server
import os
import threading

import pytest

from conformance.errors import TargetError
from conformance.processes import own_postgres

NEEDED = f"{own_postgres.PACKAGES} libmagic1"


@pytest.fixture
def real_server_parts():
    """Skip a test without PostgreSQL, PostGIS or libmagic; in CI, fail."""
    try:
        ready = own_postgres.has_postgis(own_postgres.find_binaries())
    except TargetError:
        ready = False
    if ready and ctypes.util.find_library("magic"):
        return
    reason = f"a real FitTrackee needs: {NEEDED}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, headers, body = self.server.answers.get(
            self.path, (404, {}, b"")
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def site():
    """Return a function: responses by path to the URL of their web server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()

    def answering(pages):
        server.answers = pages
        return f"http://127.0.0.1:{server.server_port}"

    yield answering
    server.shutdown()
    thread.join(5)
    server.server_close()

"""Both kinds of database, and examples that CI can repeat."""

import contextlib
import http.server
import os
import signal
import socketserver
import threading

import pytest
from hypothesis import settings

from conformance.errors import TargetError
from conformance.evidence import RECORDER
from conformance.processes.postgres import fresh_database
from conformance.targets.reference import sqlalchemy_url

# CI judges the commit, not the luck of its examples; and nobody judges how
# busy the machine is.
settings.register_profile("timeless", deadline=None)
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable" if os.environ.get("CI") else "timeless")

# Whoever starts the tests in the background or with nohup has them ignore
# these; the processes that the tests send them to would inherit that.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        usual = number is signal.SIGINT and signal.default_int_handler
        with contextlib.suppress(ValueError):  # not in the main thread
            signal.signal(number, usual or signal.SIG_DFL)


@pytest.fixture(autouse=True)
def no_evidence_of_another_test():
    """Because a precondition that fails names the last exchange's actor."""
    RECORDER.fresh()


class Asked(http.server.BaseHTTPRequestHandler):
    """Answers with what the server's function makes of a request."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, body = self.server.answering(self)
        with contextlib.suppress(ConnectionError):
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - their library's names

    def log_message(self, *_):
        pass


class Overheard(socketserver.BaseRequestHandler):
    """Keeps the bytes of a connection, and answers with nothing to read."""

    def handle(self):
        heard = self.server.heard
        heard.append(b"")
        self.request.settimeout(2)
        with contextlib.suppress(OSError):
            heard[-1] = self.request.recv(65_536)
            if heard[-1].endswith(b"\r\n\r\n") and b"POST" in heard[-1]:
                heard[-1] += self.request.recv(65_536)  # a body comes apart
            self.request.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


@contextlib.contextmanager
def serving(kind, handler):
    """Serve on a free port: ``url`` and ``port`` say where."""
    server = kind(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.port = server.server_address[1]
    server.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture(scope="session")
def answering():
    """Serve a function from a request to (status, headers, body)."""

    @contextlib.contextmanager
    def serve(function):
        with serving(http.server.ThreadingHTTPServer, Asked) as server:
            server.answering = function
            yield server

    return serve


@pytest.fixture
def trap():
    """Another host: ``heard`` has the bytes of every connection to it."""
    with serving(socketserver.ThreadingTCPServer, Overheard) as server:
        server.heard = []
        yield server


@pytest.fixture(scope="session")
def app_data():
    """What a server says of an app that was registered."""
    return {
        "id": 1,
        "client_id": "a-client-id",
        "client_secret": "a-secret-of-the-app",
        "name": "app",
        "redirect_uris": ["https://app.example.org/"],
        "scope": "profile:read",
    }


@pytest.fixture(scope="session")
def postgresql_url():
    """URL of an empty PostgreSQL database, or a skip that says why."""
    given = os.environ.get("FITTRACKEE_POSTGRES_URL")
    try:
        opened = fresh_database(given, postgis=False)
        database = opened.__enter__()
    except TargetError as error:
        if os.environ.get("CI"):
            pytest.fail(error.message)
        pytest.skip(error.message)
    try:
        yield sqlalchemy_url(database.conninfo)
    finally:
        opened.__exit__(None, None, None)


# One worker starts one PostgreSQL for all of them.
POSTGRESQL = pytest.param(
    "postgresql", marks=pytest.mark.xdist_group("postgresql")
)


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database_url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/reference.db"
    return request.getfixturevalue("postgresql_url")

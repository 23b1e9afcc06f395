"""Fixtures: an app that echoes its requests, and proxies in front of it."""

import contextlib
import http.server
import json
import threading

import httpx
import pytest

from conformance import proxies


class _Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = {"method": self.command, "path": self.path}
        seen["headers"] = [[k.title(), v] for k, v in self.headers.items()]
        body = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.do_GET()

    def handle(self):
        # A proxy's health check closes the connection without a request.
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def echo():
    """URL of an app that responds with the request that reached it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


class EchoClient:
    """Sends requests through a front to the echoing app."""

    def __init__(self, front):
        self.front = front
        transport = front.reach.transport()
        self.http = httpx.Client(transport=transport, timeout=20)

    def send(self, method="GET", path="/", *, plain=False, **options):
        """Send a request; return the response."""
        base = self.front.http_url if plain else self.front.url
        return self.http.request(method, base + path, **options)

    def headers(self, **options):
        """Send a request; return the headers that reached the app."""
        seen = self.send(**options).json()["headers"]
        names = [name for name, _ in seen if name != "Via"]
        assert len(set(names)) == len(names)
        # Caddy passes on an empty header where the client sent none.
        return {name: value for name, value in seen if value}


@pytest.fixture
def behind(echo):
    """Return a function that puts a proxy in front of the echo."""
    with contextlib.ExitStack() as stack:

        def put_up(name, set_up=proxies.DOCUMENTED, upstream=echo):
            proxy = proxies.get(name)
            if reason := proxy.unsupported(set_up):
                pytest.skip(reason)
            front = stack.enter_context(
                proxies.put_up(proxy, upstream, set_up)
            )
            echoed = EchoClient(front)
            stack.callback(echoed.http.close)
            return echoed

        yield put_up

"""What the tests of proxies need: something that tells what reached it."""

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
        # A proxy that has checked that it is there just hangs up.
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def echo():
    """An app that answers with what it was asked."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


class Asked:
    """Asks through a front, and tells what the app was asked."""

    def __init__(self, front):
        self.front = front
        transport = front.reach.transport()
        self.client = httpx.Client(transport=transport, timeout=20)

    def send(self, method="GET", path="/", *, plain=False, **options):
        base = self.front.http_url if plain else self.front.url
        return self.client.request(method, base + path, **options)

    def headers(self, **options):
        seen = self.send(**options).json()["headers"]
        names = [name for name, _ in seen if name != "Via"]
        assert len(set(names)) == len(names)
        # Caddy passes on an empty header where the client sent none.
        return {name: value for name, value in seen if value}


@pytest.fixture
def behind(echo):
    """Put a proxy in front of the echo; a function of name and set-up."""
    with contextlib.ExitStack() as stack:

        def put_up(name, set_up=proxies.DOCUMENTED, upstream=echo):
            proxy = proxies.get(name)
            if lacking := proxy.lacks(set_up):
                pytest.skip(lacking)
            front = stack.enter_context(
                proxies.put_up(proxy, upstream, set_up)
            )
            asked = Asked(front)
            stack.callback(asked.client.close)
            return asked

        yield put_up

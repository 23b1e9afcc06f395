"""Over HTTP and by hand-made bytes, too, secrets go to the target alone."""

import contextlib
import http.server
import socketserver
import threading

import httpx
import pytest

from conformance.actors.app import App
from conformance.adversary.races.overlap import Overlap
from conformance.adversary.races.race import Race
from conformance.errors import Blocked, TargetError
from conformance.evidence import Recorder
from conformance.instance import Credentials, Instance
from conformance.instance.connection import connect
from conformance.instance.origin import endpoint, origin
from conformance.instance.raw_http import RawConnection, request_bytes
from conformance.instance.session import Session
from conformance.routes import LOGIN

USER = Credentials("owner@example.com", "s3cret-of-0wner")
DATA = {
    "id": 1,
    "client_id": "a-client-id",
    "client_secret": "a-secret-of-the-app",
    "name": "app",
    "redirect_uris": ["https://app.example.org/"],
    "scope": "profile:read",
}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ft.example.org/a?b#c", "https://ft.example.org"),
        ("HTTPS://FT.example.org:443", "https://ft.example.org"),
        ("https://ft.example.org:8443", "https://ft.example.org:8443"),
        ("http://ft.example.org", "http://ft.example.org"),
        ("https://ft.example.org@evil.test/", "https://evil.test"),
        ("https://ft.example.org.evil.test", "https://ft.example.org.evil.te"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:80/", "http://[::1]"),
        ("ws://127.0.0.1:5000/", "ws://127.0.0.1:5000"),
        ("chrome-error://chromewebdata/", "chrome-error://chromewebdata"),
        ("about:blank", ""),
        ("data:text/html,x", ""),
        ("//evil.test/", ""),
        ("https://[::1", ""),
        ("https://a:b:c", ""),
        ("\ud800", ""),
    ],
)
def test_origin(url, expected):
    assert origin(url).startswith(expected)
    assert bool(origin(url)) == bool(expected)


def test_endpoint():
    assert endpoint("https://bücher.example/a") == (
        "xn--bcher-kva.example",
        443,
    )
    assert endpoint("http://[::1]:5000") == ("::1", 5000)


@pytest.fixture
def trap():
    """Another host: the bytes of every connection to it."""
    heard = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.settimeout(2)
            with contextlib.suppress(OSError):
                heard.append(self.request.recv(65_536))
                if heard[-1].endswith(b"\r\n\r\n"):  # a body comes apart
                    heard[-1] += self.request.recv(65_536)
                self.request.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with serving(socketserver.ThreadingTCPServer, Handler) as server:
        server.heard = heard
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield server


@pytest.fixture
def target(trap):
    """A server that redirects whatever it is asked to the trap."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def away(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(self.server.status)
            self.send_header("Location", f"{trap.url}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = away  # noqa: N815 - their library's names

        def log_message(self, *_):
            pass

    with serving(http.server.ThreadingHTTPServer, Handler) as server:
        server.status = 307
        url = f"http://127.0.0.1:{server.server_port}"
        server.instance = Instance("url", url, url, "", USER)
        yield server


@contextlib.contextmanager
def serving(kind, handler):
    server = kind(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def client(target):
    wire = connect(target.instance)
    yield wire.client("app")
    wire.transport.close()


ELSEWHERE = {
    "another port": "{trap}/api/auth/profile",
    "another name": "http://localhost:{port}/",
    "the target for a user": "http://{target}@127.0.0.1:{port}/",
    "another scheme": "https://{target}/",
}


@pytest.mark.parametrize("url", ELSEWHERE.values(), ids=ELSEWHERE)
def test_address_of_another_origin(client, target, trap, url):
    """As it would be when a server's answer gave the address."""
    host = target.instance.url.removeprefix("http://")
    port = trap.server_address[1]
    url = url.format(trap=trap.url, target=host, port=port)
    app = App(client, DATA)
    with pytest.raises(Blocked, match="nothing was sent there") as told:
        app.call("a-token-of-the-app", url)
    assert f"not at the target {target.instance.url}" in str(told.value)
    with pytest.raises(Blocked):
        app.send("POST", url, content="client_secret=a-secret-of-the-app")
    assert trap.heard == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirection_is_not_followed(client, target, trap, status):
    target.status = status
    app = App(client, DATA)
    assert app.call("a-token", "/api/auth/profile").status_code == status
    assert app.revoke("a-token").status_code == status
    with pytest.raises(TargetError, match=f"was refused .{status}"):
        Session(client, USER).login()
    assert trap.heard == []


def test_hand_made_bytes_and_races_stay_with_the_target(target, trap):
    sent = request_bytes(target.instance, "POST", LOGIN, content=b"{}")
    with RawConnection(target.instance, "raw", recorder=Recorder()) as opened:
        opened.send(sent)
        assert opened.answer().status_code == 307
    wire = connect(target.instance)
    app = App(wire.client("app"), DATA)
    overlap = Overlap(wire, recorder=Recorder())
    race = Race(wire, overlap=overlap, recorder=Recorder())
    answers = race.same(lambda: app.revoke("a"))
    with pytest.raises(Blocked):
        race.same(lambda: app.call("a-token", f"{trap.url}/"))
    wire.transport.close()
    assert {answer.status_code for answer in answers} == {307}
    assert trap.heard == []


def test_the_trap_hears_who_follows(target, trap):
    """The control."""
    httpx.post(target.instance.url, content="a-secret", follow_redirects=True)
    assert b"a-secret" in b"".join(trap.heard)

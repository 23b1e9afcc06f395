"""Targets with a non-ASCII name, and with proxies in the environment."""

import contextlib
import socketserver
import threading

import httpx
import pytest

from conformance.actors.visitor import Visitor, launched
from conformance.errors import Unsupported
from conformance.instance.reach import Reach
from conformance.proxies import front as fronts
from tests.run import command

from .conftest import present

pytestmark = pytest.mark.xdist_group("surroundings")
NAME, ASCII_NAME = "bücher.example", "xn--bcher-kva.example"
SCENARIOS = (
    *("--scenario", "browser/test_consent.py::test_consent_names_the_app"),
    *("--scenario", "protocol/test_code.py::test_code_is_printable"),
    *("--scenario", "properties/test_malformed_wire.py::*"),
)


@pytest.fixture
def corporate():
    """A forward proxy; ``heard`` has the first bytes of each request."""
    heard = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.settimeout(2)
            with contextlib.suppress(OSError):
                heard.append(self.request.recv(200))
                self.request.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    server.environment = dict.fromkeys(names, url) | dict.fromkeys(
        map(str.lower, names), url
    )
    server.heard = heard
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def named(behind, monkeypatch):
    """URL of a front with a non-ASCII name, and the variables to reach it."""
    monkeypatch.setattr(fronts, "HOST", ASCII_NAME)
    front = behind(present("nginx"))
    assert ASCII_NAME in front.url
    env = {"FITTRACKEE_ADDRESS": front.reach.address}
    env["SSL_CERT_FILE"] = front.reach.authority
    return front.url.replace(ASCII_NAME, NAME), env


def users(people):
    return {
        "FITTRACKEE_EMAIL": people.owner.email,
        "FITTRACKEE_PASSWORD": people.owner.password,
    }


def test_international_name_is_judged_past_any_proxy(
    tmp_path, named, people, corporate
):
    """By HTTP client, TLS, raw requests and browser."""
    url, env = named
    env |= users(people) | corporate.environment
    done = command.run(
        tmp_path, "--target", url, "--examples", "2", *SCENARIOS, env=env
    )
    assert set(done.verdicts().values()) == {"pass"}, done.stdout
    assert len(done.verdicts()) >= 4
    assert done.results["target"]["url"] == url.replace(NAME, ASCII_NAME)
    [note] = [n for n in done.results["notes"] if "proxy" in n.lower()]
    assert note.lower().startswith("https_proxy is set and not used")
    assert corporate.heard == []


def test_doctor_reaches_an_international_name(
    tmp_path, named, people, corporate
):
    url, env = named
    env |= users(people) | corporate.environment
    words = [*command.COMMAND, "doctor", "--target", url]
    done = command.execute(words, tmp_path, tmp_path, env=env)
    assert done.status == 0, done.stdout + done.stderr
    assert "The app sees the host name of the request." in done.stdout
    assert "is set and not used" in " ".join(done.stdout.split())
    assert corporate.heard == []


def test_a_browser_does_not_use_the_proxy(corporate, monkeypatch):
    """Neither restricted to the target nor by default."""
    for name, value in corporate.environment.items():
        monkeypatch.setenv(name, value)
    try:
        with launched() as browser:
            visitor = Visitor(browser, "http://fit.test:9", Reach("127.0.0.1"))
            with contextlib.suppress(Exception):
                visitor.page.goto("/")
            visitor.close()
            with contextlib.suppress(Exception):
                browser.new_page().goto("http://fit.test:9/")
    except Unsupported as reason:
        pytest.skip(str(reason))
    assert corporate.heard == []


def test_the_proxy_hears_who_uses_it(corporate):
    """Control: a client that uses the environment's proxy reaches it."""
    done = httpx.get(
        "http://fit.test:9/", proxy=corporate.environment["HTTP_PROXY"]
    )
    assert done.status_code == 403
    assert b"fit.test:9" in corporate.heard[0]

"""Over HTTP and by hand-made bytes, too, secrets go to the target alone."""

import httpx
import pytest

from conformance.actors.app import App
from conformance.adversary.budget import Budget
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
def target(answering, trap):
    """A server that redirects whatever it is asked to the trap."""

    def away(request):
        location = f"{trap.url}{request.path}"
        return server.status, {"Location": location}, b""

    with answering(away) as server:
        server.status = 307
        server.instance = Instance("url", server.url, server.url, "", USER)
        yield server


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
def test_address_of_another_origin(client, target, trap, url, app_data):
    """As it would be when a server's answer gave the address."""
    host = target.instance.url.removeprefix("http://")
    port = trap.port
    url = url.format(trap=trap.url, target=host, port=port)
    app = App(client, app_data)
    with pytest.raises(Blocked, match="nothing was sent there") as told:
        app.call("a-token-of-the-app", url)
    assert f"not at the target {target.instance.url}" in str(told.value)
    with pytest.raises(Blocked):
        app.send("POST", url, content="client_secret=a-secret-of-the-app")
    assert trap.heard == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirection_is_not_followed(client, target, trap, status, app_data):
    target.status = status
    app = App(client, app_data)
    assert app.call("a-token", "/api/auth/profile").status_code == status
    assert app.revoke("a-token").status_code == status
    with pytest.raises(TargetError, match=f"was refused .{status}"):
        Session(client, USER).login()
    assert trap.heard == []


def test_hand_made_bytes_and_races_stay_with_the_target(
    target, trap, app_data
):
    sent = request_bytes(target.instance, "POST", LOGIN, content=b"{}")
    with RawConnection(target.instance, "raw", recorder=Recorder()) as opened:
        opened.send(sent)
        assert opened.answer().status_code == 307
    wire = connect(target.instance)
    app = App(wire.client("app"), app_data)
    overlap = Overlap(wire, recorder=Recorder())
    race = Race(wire, Budget(), overlap=overlap, recorder=Recorder())
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

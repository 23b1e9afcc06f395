"""Forms, PKCE, the wire and the list of apps."""

import base64
import re
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.actors.owner import Owner, sweep
from conformance.actors.pkce import Pkce, s256_challenge
from conformance.errors import Blocked, Unsupported
from conformance.evidence import Recorder
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.instance.form import FORM, basic, encode, pairs
from conformance.instance.session import Session

names = st.text(min_size=1, max_size=8)
values = st.text() | st.lists(st.text(), max_size=3) | st.none()

# RFC 7636 appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_change_replaces_leaves_out_or_repeats():
    defaults = {"a": "1", "b": "2", "c": "3"}
    changes = {"b": None, "c": ["4", "5"], "d": ""}
    assert pairs(defaults, changes) == [
        ("a", "1"),
        ("c", "4"),
        ("c", "5"),
        ("d", ""),
    ]


def test_form_is_declared_as_such():
    body, headers = encode({"scope": "a:b c", "n": "ü&="}, {})
    assert body == "scope=a%3Ab+c&n=%C3%BC%26%3D"
    assert headers == {"Content-Type": FORM}


@given(st.dictionaries(names, values), st.dictionaries(names, values))
def test_form_can_be_read_back(defaults, changes):
    body, _ = encode(defaults, changes)
    assert parse_qsl(body, keep_blank_values=True) == pairs(defaults, changes)


@given(user=st.text(), password=st.text())
def test_basic_can_be_read_back(user, password):
    """RFC 6749 2.3.1: both are form-encoded before they are joined."""
    scheme, _, rest = basic(user, password)["Authorization"].partition(" ")
    left, _, right = base64.b64decode(rest).decode("ascii").partition(":")
    assert scheme == "Basic"
    assert parse_qsl(f"u={left}&p={right}", keep_blank_values=True) == [
        ("u", user),
        ("p", password),
    ]


def test_challenge_of_the_rfc():
    assert s256_challenge(VERIFIER) == CHALLENGE
    assert Pkce.s256(VERIFIER) == Pkce(VERIFIER, CHALLENGE, "S256")


def test_fresh_verifier_is_well_formed():
    one, two = Pkce.s256(), Pkce.s256()
    assert one.verifier != two.verifier
    for pkce in (one, two):
        assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", pkce.verifier)
        assert pkce.challenge == s256_challenge(pkce.verifier)


def test_plain_challenge_is_the_verifier():
    pkce = Pkce.plain()
    assert (pkce.challenge, pkce.method) == (pkce.verifier, "plain")
    assert Pkce.plain(method=None).method is None


def test_verifier_is_hidden():
    assert VERIFIER not in repr(Pkce.s256(VERIFIER))


def wire_to(answer, **options):
    """A wire to a server that is a function, and what it recorded."""
    recorder = Recorder()
    transport = RecordingTransport(
        httpx.MockTransport(answer), recorder=recorder, **options
    )
    owner = Credentials("owner@example.com", "correct horse")
    instance = Instance("url", "t", "http://site", "1.3.6", owner)
    return Connection(instance, transport), recorder


def ok(request):
    return httpx.Response(200, text="fine")


def test_exchange_is_recorded_with_its_actor():
    wire, recorder = wire_to(ok)
    wire.client("stranger").get("/api/x", params={"a": "b"})
    [exchange] = recorder.current.to_plain()["exchanges"]
    assert (exchange["n"], exchange["via"]) == (1, "http")
    assert exchange["actor"] == "stranger"
    assert exchange["request"]["url"] == "http://site/api/x?a=b"
    assert exchange["response"]["status"] == 200
    assert exchange["response"]["body"] == "fine"


def test_request_without_an_answer_is_recorded_too():
    def dead(request):
        raise httpx.ConnectError("refused")

    wire, recorder = wire_to(dead)
    with pytest.raises(httpx.ConnectError):
        wire.client("app").get("/")
    [exchange] = recorder.current.to_plain()["exchanges"]
    assert exchange["response"] is None
    assert exchange["error"] == "ConnectError: refused"


def test_redirect_is_not_followed_and_no_cookie_is_kept():
    def answer(request):
        assert "cookie" not in request.headers
        headers = {"Location": "http://site/b", "Set-Cookie": "a=b"}
        return httpx.Response(302, headers=headers)

    wire, recorder = wire_to(answer)
    client = wire.client("app")
    assert client.get("/a").status_code == client.get("/a").status_code == 302
    assert recorder.http_requests == 2


def test_control_characters_of_a_path_are_encoded():
    wire, recorder = wire_to(lambda _: httpx.Response(204))
    wire.client("app").get("/apps/an\x7fid\n/%41")
    [exchange] = recorder.current.exchanges
    assert exchange.request.url.endswith("/apps/an%7Fid%0A/%41")


def test_rate_limit_blocks():
    def limited(request):
        return httpx.Response(429, headers={"Retry-After": "17"})

    wire, recorder = wire_to(limited)
    with pytest.raises(Blocked, match=r"rate limit .* 17 seconds"):
        wire.client("app").get("/")
    assert recorder.http_requests == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_read_only_run_reads(method):
    wire, recorder = wire_to(ok, read_only=True)
    wire.client("app").request(method, "/api/oauth/apps")
    wire.client("owner").post("/api/auth/login", json={})
    assert recorder.http_requests == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_read_only_run_sends_nothing_else(method):
    wire, recorder = wire_to(ok, read_only=True)
    with pytest.raises(Unsupported, match=f"read-only: {method} /api/x"):
        wire.client("app").request(method, "/api/x")
    assert recorder.http_requests == 0


class AppsSite:
    """A server with apps, five a page."""

    def __init__(self, apps, *, undeletable=()):
        self.apps = apps
        self.undeletable = undeletable

    def __call__(self, request):
        if request.url.path == "/api/auth/login":
            return httpx.Response(200, json={"auth_token": "opaque"})
        if request.method == "DELETE":
            return self.delete(int(request.url.path.rpartition("/")[2]))
        page = int(request.url.params["page"])
        return httpx.Response(200, json=self.page(page))

    def page(self, number):
        shown = self.apps[5 * (number - 1) : 5 * number]
        more = len(self.apps) > 5 * number
        return {"data": {"clients": shown}, "pagination": {"has_next": more}}

    def delete(self, app_id):
        if app_id in self.undeletable:
            return httpx.Response(500)
        self.apps = [app for app in self.apps if app["id"] != app_id]
        return httpx.Response(204)


def owner_at(site):
    wire, _ = wire_to(site)
    session = Session(wire.client("owner"), wire.instance.owner)
    return Owner(wire, session, "fc-1")


def apps(*names):
    return [{"id": n, "name": name} for n, name in enumerate(names, 1)]


def test_apps_of_all_pages_are_listed():
    owner = owner_at(AppsSite(apps(*(["x"] * 11))))
    assert owner.app_ids() == list(range(1, 12))


def test_sweep_deletes_what_bears_the_prefix():
    site = AppsSite(apps(*(["fc-1-2", "fc-2-1", "mine"] * 4)))
    assert sweep(owner_at(site), "fc-1") == 0
    assert {app["name"] for app in site.apps} == {"fc-2-1", "mine"}


def test_sweep_counts_what_stays():
    site = AppsSite(apps("fc-1-1", "fc-1-2"), undeletable=(2,))
    assert sweep(owner_at(site), "fc-1") == 1


class Malformed(AppsSite):
    def __init__(self, body):
        super().__init__([])
        self.body = body

    def page(self, number):
        return self.body


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"data": {"clients": []}},
        {"data": {"clients": [3]}, "pagination": {"has_next": False}},
        {"data": {"clients": [{}]}, "pagination": {"has_next": False}},
        {
            "data": {"clients": [{"id": 1, "name": "x"}]},
            "pagination": {"has_next": True},
        },
    ],
    ids=[
        "list",
        "empty",
        "no pages",
        "no apps",
        "no names",
        "same page for ever",
    ],
)
def test_odd_list_of_apps_blocks(body):
    with pytest.raises(Blocked, match="list of apps"):
        owner_at(Malformed(body)).app_ids()


def test_instance_crosses_processes():
    owner = Credentials("o@example.com", "secret password", "owner")
    instance = Instance("pip", "t", "http://h", "1", owner, None, owner, True)
    assert Instance.from_plain(instance.to_plain()) == instance
    assert "secret password" not in repr(instance)

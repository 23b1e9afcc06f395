"""A user's session, in both styles, against a tiny FitTrackee."""

import base64
import json
import time

import httpx
import pytest

from conformance.errors import Blocked, TargetError
from conformance.instance import Credentials
from conformance.instance.session import (
    COOKIE_LIFETIME,
    CSRF_HEADER,
    MARGIN,
    Session,
    expiry,
)

USER = Credentials("owner@example.com", "correct horse")


def jwt(seconds):
    """A token that ends so many seconds from now."""
    payload = json.dumps({"exp": time.time() + seconds}).encode()
    middle = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    return f"e30.{middle}.sig"


class Site:
    """Logs in, in one style, and remembers every request."""

    def __init__(self, style, lifetime=3600):
        self.style = style
        self.lifetime = lifetime
        self.renews = True
        self.requests = []
        self.logins = 0
        self.numbers = 0

    def __call__(self, request):
        self.requests.append(request)
        if request.url.path == "/api/auth/login":
            return self.login(json.loads(request.content))
        if self.style == "cookies" and self.renews:
            return httpx.Response(200, headers=self.cookies())
        return httpx.Response(200, json={})

    def login(self, sent):
        if sent != {"email": USER.email, "password": USER.password}:
            answer = {"message": "invalid\ncredentials", "status": "error"}
            return httpx.Response(401, json=answer)
        self.logins += 1
        if self.style == "bearer":
            token = jwt(self.lifetime)
            return httpx.Response(200, json={"auth_token": token})
        return httpx.Response(200, headers=self.cookies(), json={})

    def cookies(self):
        self.numbers += 1
        return [
            ("Set-Cookie", f"access_token_cookie=s{self.numbers}; HttpOnly"),
            ("Set-Cookie", f'csrf_access_token="c{self.numbers}"; Path=/'),
            ("Set-Cookie", "odd name=1; Path=/"),
        ]

    @property
    def last(self):
        return self.requests[-1].headers


def session_at(site, user=USER):
    transport = httpx.MockTransport(site)
    client = httpx.Client(transport=transport, base_url="http://site")
    return Session(client, user)


@pytest.fixture
def bearer():
    return Site("bearer")


@pytest.fixture
def cookies():
    return Site("cookies")


@pytest.fixture
def clock(monkeypatch):
    """Move the session's clock: a function that takes seconds."""
    real, moved = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + moved[0])

    def move(seconds):
        moved[0] += seconds

    return move


def test_nothing_is_sent_before_it_is_needed(bearer):
    session = session_at(bearer)
    assert (session.style, session.cookies) == ("", {})
    assert session.headers("POST") == {}
    assert bearer.requests == []


def test_bearer_token_is_sent(bearer):
    session = session_at(bearer)
    session.request("GET", "/api/x")
    session.request("POST", "/api/x")
    assert session.style == "bearer"
    assert bearer.logins == 1
    assert bearer.last["Authorization"].startswith("Bearer e30.")
    assert CSRF_HEADER not in bearer.last
    assert "Cookie" not in bearer.last
    assert session.cookies == {}


def test_cookies_are_sent(cookies):
    session = session_at(cookies)
    session.request("GET", "/api/x")
    assert session.style == "cookies"
    assert "access_token_cookie=s1" in cookies.last["Cookie"]
    assert "csrf_access_token=c1" in cookies.last["Cookie"]
    assert "Authorization" not in cookies.last


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reads_carry_no_csrf_header(cookies, method):
    session_at(cookies).request(method, "/api/x")
    assert CSRF_HEADER not in cookies.last


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writes_carry_the_csrf_cookie_as_a_header(cookies, method):
    session_at(cookies).request(method, "/api/x")
    assert cookies.last[CSRF_HEADER] == "c1"


def test_renewed_cookies_are_taken_over(cookies):
    session = session_at(cookies)
    session.request("GET", "/api/x")
    session.request("POST", "/api/x")
    assert "access_token_cookie=s2" in cookies.last["Cookie"]
    assert cookies.last[CSRF_HEADER] == "c2"
    assert cookies.logins == 1


def test_emptied_cookie_does_not_end_the_session(cookies):
    session = session_at(cookies)
    session.login()
    gone = httpx.Response(
        200, headers=[("Set-Cookie", "access_token_cookie=")]
    )
    session._keep(gone)
    assert session.cookies["access_token_cookie"] == "s1"


def test_cookies_that_are_renewed_last(cookies, clock):
    session = session_at(cookies)
    for _ in range(4):
        session.request("GET", "/api/x")
        clock(COOKIE_LIFETIME - MARGIN - 1)
    assert cookies.logins == 1


def test_cookies_that_are_not_renewed_age(cookies, clock):
    cookies.renews = False
    session = session_at(cookies)
    for _ in range(4):
        session.request("GET", "/api/x")
        clock(COOKIE_LIFETIME / 3)
    assert cookies.logins == 2


def test_aged_cookies_are_replaced(cookies, clock):
    session = session_at(cookies)
    session.request("GET", "/api/x")
    clock(COOKIE_LIFETIME)
    session.request("GET", "/api/x")
    assert cookies.logins == 2
    assert "access_token_cookie=s3" in cookies.last["Cookie"]


def test_aged_token_is_replaced(bearer, clock):
    session = session_at(bearer)
    session.request("GET", "/api/x")
    clock(bearer.lifetime - MARGIN - 1)
    session.request("GET", "/api/x")
    assert bearer.logins == 1
    clock(2)
    session.request("GET", "/api/x")
    assert bearer.logins == 2


def test_own_headers_win(cookies, bearer):
    session_at(cookies).request("POST", "/x", headers={CSRF_HEADER: "mine"})
    assert cookies.last[CSRF_HEADER] == "mine"
    session_at(bearer).request("GET", "/x", headers={"Authorization": "mine"})
    assert bearer.last["Authorization"] == "mine"


@pytest.mark.parametrize("style", ["bearer", "cookies"])
def test_refused_login_is_one_line_that_helps(style):
    wrong = Credentials(USER.email, "a wrong password")
    session = session_at(Site(style), wrong)
    with pytest.raises(TargetError) as raised:
        session.login()
    assert raised.value.message == (
        "the login by a user was refused (401: invalid credentials); "
        "check the email address and the password"
    )


def test_refused_login_blocks_what_a_user_does():
    wrong = Credentials(USER.email, "a wrong password")
    session = session_at(Site("cookies"), wrong)
    with pytest.raises(Blocked, match="must_log_in: expected a session"):
        session.request("GET", "/api/oauth/apps")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"auth_token": ""}),
        httpx.Response(200, json={"auth_token": 5}),
        httpx.Response(500, text="oops"),
        httpx.Response(401, json={"message": None}),
    ],
)
def test_login_that_gives_no_session_is_refused(answer):
    session = session_at(lambda _: answer)
    with pytest.raises(TargetError, match="was refused"):
        session.login()
    assert session.style == ""


def test_lifetime_is_read_from_the_token():
    assert expiry(jwt(100)) == pytest.approx(time.time() + 100, abs=5)


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.e30.c", "a.W10.c"])
def test_token_without_lifetime_lasts_a_day(token):
    assert expiry(token) == pytest.approx(time.time() + 86_400, abs=5)

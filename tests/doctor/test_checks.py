"""Single checks against small servers, and how findings are put in order."""

import datetime as dt
from email.utils import format_datetime

import httpx
import pytest

from conformance.doctor import anonymous, answers, plain, scheme, sessions
from conformance.doctor.examination import Examination, causes
from conformance.doctor.probe import Probe
from conformance.doctor.show import as_text
from conformance.errors import TargetError
from conformance.instance import Credentials
from conformance.instance.reach import Reach

from .conftest import answer, names

USER = Credentials("a@example.com", "pw")
NAME = "fittrackee.test"


@pytest.fixture
def probed(app):
    """A probe of a small server under a name, and an examination."""

    def probe(answering):
        url = f"http://{NAME}:{app(answering)}"
        return Probe(url, Reach("127.0.0.1")), Examination(url)

    return probe


# -- the scheme ----------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "believed"),
    [
        (400, '{"error": "insecure_transport"}', "http"),
        (500, "<h1>Internal Server Error</h1>", "http"),
        (400, '{"error": "invalid_request"}', "https"),
        (400, '{"error": "unsupported_grant_type"}', "https"),
        (401, '{"error": "invalid_client"}', "https"),
        (404, "<html>", ""),
        (200, "<html>", ""),
        (403, '["no"]', ""),
        (502, '{"error": "x"}', ""),
    ],
)
def test_what_an_answer_tells_of_the_scheme(status, body, believed):
    assert scheme.by_answer(httpx.Response(status, text=body)).scheme == (
        believed
    )


@pytest.mark.parametrize(
    ("status", "location", "seen"),
    [
        (308, "https://x.test/api/oauth/token", ("https", "x.test")),
        (308, "http://10.0.0.1:5000/api/oauth/token", ("http", "10.0.0.1")),
        (301, "https://x.test/api/oauth/token", ("", "")),
        (308, "/api/oauth/token", ("", "")),
        (308, "https://x.test/login", ("", "")),
    ],
)
def test_what_a_redirection_tells(probed, status, location, seen):
    probe, _ = probed(lambda _: answer(status, location=location))
    view = scheme.look(probe)
    expected = seen if seen[1] else ("", "")
    assert (view.scheme, view.host) == expected


def test_server_that_answers_in_no_known_way(probed):
    probe, found = probed(lambda _: answer(404))
    scheme.examine(probe, found)
    assert names(found) == []
    assert "the token endpoint answered 404" in found.unseen[0]


def test_server_error_that_stands_alone_is_not_the_proxys_fault(probed):
    def answering(request):
        if request.path == "/api/oauth/revoke":
            return answer(400, b'{"error": "invalid_client"}')
        return answer(500)

    probe, found = probed(answering)
    scheme.examine(probe, found)
    assert names(found) == []
    assert "the token endpoint answered 500" in found.unseen[0]


def test_proxy_that_fails_at_doubled_slashes(probed):
    """Whatever header a client sends."""

    def answering(request):
        if request.path == "/api//oauth/token":
            return answer(500)
        return answer(400, b'{"error": "invalid_request"}')

    probe, found = probed(answering)
    scheme.examine(probe, found)
    assert names(found) == []
    assert found.holds == [
        "OAuth is answered: the token endpoint answered invalid_request."
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_old_release_on_loopback(app, host):
    port = app(lambda _: answer(500))
    found = Examination("")
    probe = Probe(f"http://{host}:{port}", Reach())
    scheme.examine_loopback(probe, found)
    assert names(found) == (["loopback-name"] if host == "127.0.0.1" else [])


# -- plain HTTP ----------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "location", "told"),
    [
        (308, f"https://{NAME}/", []),
        (301, f"https://{NAME}/", ["redirect-loses-post"]),
        (308, f"http://{NAME}/", ["redirect-astray"]),
        (301, "https://elsewhere.test/", ["redirect-astray"]),
        (308, "/api/oauth/token", ["redirect-astray"]),
        (301, None, []),
    ],
)
def test_redirection(app, status, location, told):
    headers = {"location": location} if location else {}
    port = app(lambda _: answer(status, **headers))
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    found = Examination(probe.url)
    plain.examine(probe, found, port)
    assert names(found) == told


def test_plain_port_of_something_else(app):
    port = app(lambda _: answer(400, b"The plain HTTP request was sent to"))
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    found = Examination(probe.url)
    plain.examine(probe, found, port)
    assert names(found) == []
    assert found.holds == ["Plain HTTP is refused with 400."]


def test_forged_header_over_plain_http(app):
    def answering(request):
        forged = request.headers.get("X-Forwarded-Proto") == "https"
        error = b"invalid_request" if forged else b"insecure_transport"
        return answer(400, b'{"error": "%s"}' % error)

    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    found = Examination(probe.url)
    plain.examine(probe, found, app(answering))
    [finding] = found.findings
    assert finding.cause.name == "plain-oauth"
    assert "once a client sent X-Forwarded-Proto: https" in finding.seen
    assert [f.cause.name for f in finding.follows] == ["plain-offered"]


# -- headers -------------------------------------------------------------


def test_cookies_taken_out_of_answers(probed):
    """As if nobody had logged in, though the login succeeded."""
    probe, found = probed(lambda _: answer(200, b'{"status": "success"}'))
    assert sessions.examine(probe, USER, found)
    assert names(found) == ["set-cookie-stripped"]


def test_old_release_that_refuses_its_own_token_is_not_the_proxys_fault(
    probed,
):
    def answering(request):
        if request.path == "/api/auth/login":
            return answer(200, b'{"auth_token": "a.b.c"}')
        if "Authorization" in request.headers:
            return answer(401, b'{"error": "invalid_token"}')
        return answer(401, b'{"message": "provide a token"}')

    probe, found = probed(answering)
    assert sessions.examine(probe, USER, found) == ""
    assert names(found) == []


def test_release_that_prefers_cookies_is_not_the_proxys_fault(probed):
    def answering(request):
        if request.path == "/api/auth/login":
            cookies = {"Set-Cookie": "access_token_cookie=a"}
            return 200, cookies, b"{}"
        if request.command == "GET" and "Cookie" in request.headers:
            return answer(200, b"{}")
        if "Authorization" in request.headers:
            return answer(401, b'{"error": "invalid_token"}')
        return answer(401 if request.command == "GET" else 400)

    probe, found = probed(answering)
    assert sessions.examine(probe, USER, found) == ""
    assert names(found) == []


@pytest.mark.parametrize("status", [200, 403, 500])
def test_alike_answers_that_are_no_refusal_prove_nothing(probed, status):
    probe, found = probed(lambda _: answer(status))
    anonymous.examine(probe, found, "why")
    assert names(found) == []
    assert f"answered {status}" in found.unseen[0]


def test_rate_limit_over_plain_http_is_told(app):
    port = app(lambda _: answer(429))
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    with pytest.raises(TargetError, match="rate limit was reached"):
        plain.examine(probe, Examination(probe.url), port)


def test_nothing_on_plain_http():
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    found = Examination(probe.url)
    plain.examine(probe, found, 1)
    assert found.holds == ["Nothing answers over plain HTTP on port 1."]


def test_login_that_is_never_answered():
    probe = Probe("http://127.0.0.1:1", Reach())
    with pytest.raises(TargetError, match="the login did not answer"):
        sessions.examine(probe, USER, Examination(probe.url))


# -- other answers -------------------------------------------------------


def dated(**off):
    return format_datetime(
        dt.datetime.now(dt.UTC) + dt.timedelta(**off), usegmt=True
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(5, []), (-5, []), (600, ["clock-skew"]), (-600, ["clock-skew"])],
)
def test_clock(probed, seconds, told):
    probe, found = probed(lambda _: answer(200, date=dated(seconds=seconds)))
    answers.examine(probe, answers.ask(probe), found)
    assert names(found) == told


def test_no_usable_date(probed):
    probe, found = probed(lambda _: answer(200, date="yesterday"))
    answers.examine(probe, answers.ask(probe), found)
    assert names(found) == []
    assert any("clock" in line for line in found.unseen)


@pytest.mark.parametrize("origin", ["*", answers.ORIGIN])
def test_any_origin(probed, origin):
    probe, found = probed(
        lambda _: answer(
            200,
            date=dated(),
            access_control_allow_origin=origin,
            access_control_allow_credentials="true",
        )
    )
    answers.examine(probe, answers.ask(probe), found)
    [finding] = found.findings
    assert finding.seen.endswith("with the user's cookies")


def test_rate_limit_that_begins_anew_proves_nothing(probed):
    left = iter(["1", "99", "98"])

    def answering(_):
        return answer(200, date=dated(), x_ratelimit_remaining=next(left))

    probe, found = probed(answering)
    answers.examine(probe, answers.ask(probe), found)
    assert names(found) == []
    assert any("began anew" in line for line in found.unseen)


# -- findings ------------------------------------------------------------


def test_consequences_are_told_with_their_cause():
    found = Examination("https://x.test")
    for name in ("csrf-stripped", "cookies-stripped", "tls-old"):
        found.add(name, "seen")
    assert names(found) == ["cookies-stripped", "tls-old"]
    [consequence] = found.findings[0].follows
    assert consequence.cause.name == "csrf-stripped"
    text = as_text(found, colours=False)
    assert "From this follows: The X-CSRF-TOKEN header" in text
    assert text.endswith("\n2 findings.")


def test_what_breaks_comes_before_what_is_risky():
    found = Examination("https://x.test")
    for name in reversed(causes()):
        found.add(name, "seen")
    order = [finding.cause.severity for finding in found.findings]
    assert order == sorted(order, key=["broken", "risk"].index)
    assert names(found)[0] == "certificate-expired"


def test_colours_only_where_they_are_wanted():
    found = Examination("https://x.test", "1.2.3")
    found.add("tls-old", "[red]seen[/red]")
    assert "\x1b[" in as_text(found, colours=True)
    text = as_text(found, colours=False)
    assert "\x1b" not in text
    assert "[red]seen[/red]" in text


def test_what_a_server_says_does_not_steer_the_terminal():
    found = Examination("https://x.test", "1.2.3\x1b[2J\x07")
    found.add("redirect-astray", "a POST got 301 to https://x/\x1b]0;\x9b")
    text = as_text(found, colours=False)
    assert not set(text) & set("\x1b\x07\x9b")


def test_name_beyond_ascii_is_compared_as_it_is_sent():
    probe = Probe("https://fahrräder.example:8443", Reach())
    assert probe.host == "xn--fahrrder-4za.example"

"""Single checks against small servers, and the order of findings."""

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
    """Return a function: a view's server to a probe and an examination."""

    def probe(answering):
        url = f"http://{NAME}:{app(answering)}"
        return Probe(url, Reach("127.0.0.1")), Examination(url)

    return probe


# -- the scheme ----------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "expected"),
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
def test_scheme_by_the_token_endpoint(status, body, expected):
    response = httpx.Response(status, text=body)
    assert scheme.view_of(response).scheme == expected


@pytest.mark.parametrize(
    ("status", "location", "named"),
    [
        (308, "https://x.test/api/oauth/token", ("https", "x.test")),
        (308, "http://10.0.0.1:5000/api/oauth/token", ("http", "10.0.0.1")),
        (301, "https://x.test/api/oauth/token", ("", "")),
        (308, "/api/oauth/token", ("", "")),
        (308, "https://x.test/login", ("", "")),
    ],
)
def test_scheme_and_host_by_redirection(probed, status, location, named):
    probe, _ = probed(lambda _: answer(status, location=location))
    view = scheme.look(probe)
    assert (view.scheme, view.host) == named


def test_unknown_responses_are_no_finding(probed):
    probe, result = probed(lambda _: answer(404))
    scheme.check(probe, result)
    assert names(result) == []
    assert "the token endpoint answered 404" in result.unchecked[0]


def test_error_of_the_token_endpoint_alone_is_no_finding(probed):
    def answering(request):
        if request.path == "/api/oauth/revoke":
            return answer(400, b'{"error": "invalid_client"}')
        return answer(500)

    probe, result = probed(answering)
    scheme.check(probe, result)
    assert names(result) == []
    assert "the token endpoint answered 500" in result.unchecked[0]


def test_proxy_that_fails_at_doubled_slashes(probed):
    def answering(request):
        if request.path == "/api//oauth/token":
            return answer(500)
        return answer(400, b'{"error": "invalid_request"}')

    probe, result = probed(answering)
    scheme.check(probe, result)
    assert names(result) == []
    assert result.passed == [
        "OAuth works: the token endpoint answered invalid_request."
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_old_release_on_loopback(app, host):
    port = app(lambda _: answer(500))
    result = Examination("")
    probe = Probe(f"http://{host}:{port}", Reach())
    scheme.check_loopback(probe, result)
    assert names(result) == (["loopback-name"] if host == "127.0.0.1" else [])


# -- plain HTTP ----------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        (308, f"https://{NAME}/", []),
        (301, f"https://{NAME}/", ["redirect-loses-post"]),
        (308, f"http://{NAME}/", ["redirect-astray"]),
        (301, "https://elsewhere.test/", ["redirect-astray"]),
        (308, "/api/oauth/token", ["redirect-astray"]),
        (301, None, []),
    ],
)
def test_redirection(app, status, location, expected):
    headers = {"location": location} if location else {}
    port = app(lambda _: answer(status, **headers))
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    result = Examination(probe.url)
    plain.check(probe, result, port)
    assert names(result) == expected


def test_plain_port_of_another_service(app):
    port = app(lambda _: answer(400, b"The plain HTTP request was sent to"))
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    result = Examination(probe.url)
    plain.check(probe, result, port)
    assert names(result) == []
    assert result.passed == ["Plain HTTP is refused with 400."]


def test_forged_header_over_plain_http(app):
    def answering(request):
        forged = request.headers.get("X-Forwarded-Proto") == "https"
        error = b"invalid_request" if forged else b"insecure_transport"
        return answer(400, b'{"error": "%s"}' % error)

    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    result = Examination(probe.url)
    plain.check(probe, result, app(answering))
    [finding] = result.findings
    assert finding.cause.name == "plain-oauth"
    assert "once a client sent X-Forwarded-Proto: https" in finding.evidence
    assert [f.cause.name for f in finding.consequences] == ["plain-offered"]


# -- headers -------------------------------------------------------------


def test_login_without_set_cookie(probed):
    """A login that succeeds without a session: Set-Cookie is stripped."""
    probe, result = probed(lambda _: answer(200, b'{"status": "success"}'))
    assert sessions.check(probe, USER, result)
    assert names(result) == ["set-cookie-stripped"]


def test_rejected_session_token_is_no_finding(probed):
    def answering(request):
        if request.path == "/api/auth/login":
            return answer(200, b'{"auth_token": "a.b.c"}')
        if "Authorization" in request.headers:
            return answer(401, b'{"error": "invalid_token"}')
        return answer(401, b'{"message": "provide a token"}')

    probe, result = probed(answering)
    assert sessions.check(probe, USER, result) == ""
    assert names(result) == []


def test_release_that_prefers_cookies_to_tokens_is_no_finding(probed):
    def answering(request):
        if request.path == "/api/auth/login":
            cookies = {"Set-Cookie": "access_token_cookie=a"}
            return 200, cookies, b"{}"
        if request.command == "GET" and "Cookie" in request.headers:
            return answer(200, b"{}")
        if "Authorization" in request.headers:
            return answer(401, b'{"error": "invalid_token"}')
        return answer(401 if request.command == "GET" else 400)

    probe, result = probed(answering)
    assert sessions.check(probe, USER, result) == ""
    assert names(result) == []


@pytest.mark.parametrize("status", [200, 403, 500])
def test_equal_responses_other_than_401_are_no_finding(probed, status):
    probe, result = probed(lambda _: answer(status))
    anonymous.check(probe, result, "why")
    assert names(result) == []
    assert f"answered {status}" in result.unchecked[0]


def test_rate_limit_over_plain_http_is_an_error(app):
    port = app(lambda _: answer(429))
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    with pytest.raises(TargetError, match="rate limit was reached"):
        plain.check(probe, Examination(probe.url), port)


def test_nothing_on_plain_http():
    probe = Probe(f"https://{NAME}:1", Reach("127.0.0.1"))
    result = Examination(probe.url)
    plain.check(probe, result, 1)
    assert result.passed == ["Nothing answers over plain HTTP on port 1."]


def test_login_without_response():
    probe = Probe("http://127.0.0.1:1", Reach())
    with pytest.raises(TargetError, match="the login got no response"):
        sessions.check(probe, USER, Examination(probe.url))


# -- other responses -----------------------------------------------------


def dated(**off):
    """Return a Date header that is off by some time."""
    return format_datetime(
        dt.datetime.now(dt.UTC) + dt.timedelta(**off), usegmt=True
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(5, []), (-5, []), (600, ["clock-skew"]), (-600, ["clock-skew"])],
)
def test_clock(probed, seconds, expected):
    probe, result = probed(lambda _: answer(200, date=dated(seconds=seconds)))
    answers.check(probe, answers.ask(probe), result)
    assert names(result) == expected


def test_no_usable_date(probed):
    probe, result = probed(lambda _: answer(200, date="yesterday"))
    answers.check(probe, answers.ask(probe), result)
    assert names(result) == []
    assert any("clock" in line for line in result.unchecked)


@pytest.mark.parametrize("origin", ["*", answers.ORIGIN])
def test_any_origin(probed, origin):
    probe, result = probed(
        lambda _: answer(
            200,
            date=dated(),
            access_control_allow_origin=origin,
            access_control_allow_credentials="true",
        )
    )
    answers.check(probe, answers.ask(probe), result)
    [finding] = result.findings
    assert finding.evidence.endswith("with the user's cookies")


def test_rate_limit_that_is_reset_is_no_finding(probed):
    left = iter(["1", "99", "98"])

    def answering(_):
        return answer(200, date=dated(), x_ratelimit_remaining=next(left))

    probe, result = probed(answering)
    answers.check(probe, answers.ask(probe), result)
    assert names(result) == []
    assert any("was reset" in line for line in result.unchecked)


# -- findings ------------------------------------------------------------


def test_consequences_are_shown_below_their_cause():
    result = Examination("https://x.test")
    for name in ("csrf-stripped", "cookies-stripped", "tls-old"):
        result.add(name, "seen")
    assert names(result) == ["cookies-stripped", "tls-old"]
    [consequence] = result.findings[0].consequences
    assert consequence.cause.name == "csrf-stripped"
    text = as_text(result, colours=False)
    assert "Consequence: The X-CSRF-TOKEN header" in text
    assert text.endswith("\n2 findings.")


def test_broken_comes_before_risk():
    result = Examination("https://x.test")
    for name in reversed(causes()):
        result.add(name, "seen")
    order = [finding.cause.severity for finding in result.findings]
    assert order == sorted(order, key=["broken", "risk"].index)
    assert names(result)[0] == "certificate-expired"


def test_colours_only_on_request():
    result = Examination("https://x.test", "1.2.3")
    result.add("tls-old", "[red]seen[/red]")
    assert "\x1b[" in as_text(result, colours=True)
    text = as_text(result, colours=False)
    assert "\x1b" not in text
    assert "[red]seen[/red]" in text


def test_control_characters_of_a_server_are_not_printed():
    result = Examination("https://x.test", "1.2.3\x1b[2J\x07")
    result.add("redirect-astray", "a POST got 301 to https://x/\x1b]0;\x9b")
    text = as_text(result, colours=False)
    assert not set(text) & set("\x1b\x07\x9b")


def test_non_ascii_host_is_compared_in_ascii():
    probe = Probe("https://fahrräder.example:8443", Reach())
    assert probe.host == "xn--fahrrder-4za.example"


def test_text_needs_no_width_of_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "0")
    result = Examination("https://x.test", "1.2.3")
    assert "FitTrackee 1.2.3 at https://x.test" in as_text(
        result, colours=False
    )

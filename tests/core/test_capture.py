"""Where secrets stand in an exchange, and that none of them is kept."""

import base64
import json
from urllib.parse import quote, urlencode

import pytest

from conformance.evidence import Evidence, Recorder
from conformance.evidence.raw_exchange import RawExchange
from conformance.evidence.redact import BODY_LIMIT, Redactor, Secrets

SECRET = "Zk3v9QmT71xLpW0c"
OTHER = "Hf82jsLq0PzNxa5D"


def seen(
    url="http://h/x", headers=(), body="", answer=(), answer_body="", **more
):
    request = {
        "method": "POST",
        "url": url,
        "headers": [list(h) for h in headers],
        "body": body,
    }
    response = {
        "status": 200,
        "reason": "OK",
        "headers": [list(h) for h in answer],
        "body": answer_body,
    }
    return RawExchange("http", "app", request, response, **more)


def kept(exchange, evidence=None):
    evidence = evidence or Evidence(Redactor(Secrets()))
    evidence.exchange(exchange)
    return evidence.to_plain()["exchanges"][-1]


def basic(user, password):
    pair = f"{quote(user)}:{quote(password)}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


MULTIPART = (
    '--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n'
    f'{SECRET}\r\n--b\r\nContent-Disposition: form-data; name="file"; '
    'filename="a.gpx"\r\nContent-Type: text/xml\r\n\r\n<gpx/>\r\n--b--'
)

PLACES = {
    "json": (seen(body=json.dumps({"password": SECRET})), "password#1"),
    "json answer": (
        seen(answer_body=json.dumps({"access_token": SECRET})),
        "access_token#1",
    ),
    "nested json": (
        seen(answer_body=json.dumps({"data": [{"client_secret": SECRET}]})),
        "client_secret#1",
    ),
    "list in json": (
        seen(answer_body=json.dumps({"token": [SECRET]})),
        "token#1",
    ),
    "json in json": (
        seen(body=json.dumps({"log": json.dumps({"password": SECRET})})),
        "password#1",
    ),
    "redirect_url in json": (
        seen(
            answer_body=json.dumps(
                {"redirect_url": f"https://app/cb?code={SECRET}&state=1"}
            )
        ),
        "authorization_code#1",
    ),
    "fragment in json": (
        seen(
            answer_body=json.dumps(
                {"redirect_url": f"https://app/cb#access_token={SECRET}"}
            )
        ),
        "access_token#1",
    ),
    "form": (
        seen(body=urlencode({"grant_type": "x", "refresh_token": SECRET})),
        "refresh_token#1",
    ),
    "multipart": (seen(body=MULTIPART), "client_secret#1"),
    "query": (seen(url=f"http://h/x?access_token={SECRET}"), "access_token#1"),
    "fragment": (
        seen(url=f"http://h/x#access_token={SECRET}"),
        "access_token#1",
    ),
    "location": (
        seen(answer=[("Location", f"https://app/cb?code={SECRET}")]),
        "authorization_code#1",
    ),
    "referer": (
        seen(headers=[("Referer", f"https://app/cb?code={SECRET}")]),
        "authorization_code#1",
    ),
    "where the login returns to": (
        seen(url="http://h/login?" + urlencode({"from": f"/a?code={SECRET}"})),
        "authorization_code#1",
    ),
    "bearer": (
        seen(headers=[("Authorization", f"Bearer {SECRET}")]),
        "access_token#1",
    ),
    "bearer in small letters": (
        seen(headers=[("authorization", f"bearer   {SECRET}")]),
        "access_token#1",
    ),
    "authorization without a scheme": (
        seen(headers=[("Authorization", SECRET)]),
        "credentials#1",
    ),
    "basic": (
        seen(headers=[("Authorization", basic("app", SECRET))]),
        "credentials#1",
    ),
    "cookie": (
        seen(headers=[("Cookie", f"a b=1; access_token_cookie={SECRET}")]),
        "session_cookie#1",
    ),
    "quoted cookie": (
        seen(headers=[("Cookie", f'a=1; unheard_of="{SECRET}"')]),
        "cookie#1",
    ),
    "set-cookie": (
        seen(
            answer=[
                ("Set-Cookie", f"csrf_access_token={SECRET}; Path=/; Secure")
            ]
        ),
        "csrf_token#1",
    ),
    "set-cookie of a browser": (
        seen(
            answer=[
                ("set-cookie", f"a=1; Path=/\naccess_token_cookie={SECRET}")
            ]
        ),
        "session_cookie#1",
    ),
    "csrf header": (
        seen(headers=[("X-CSRF-TOKEN", SECRET)]),
        "csrf_token#1",
    ),
    "why no answer came": (
        seen(error=f"net::ERR at http://h/cb?code={SECRET}&state=2"),
        "authorization_code#1",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_secret_is_kept_as_its_label(place):
    exchange, label = PLACES[place]
    text = json.dumps(kept(exchange))
    assert SECRET not in text
    assert label in text


@pytest.mark.parametrize("place", PLACES)
def test_secret_is_known_everywhere_afterwards(place):
    evidence = Evidence(Redactor(Secrets()))
    kept(PLACES[place][0], evidence)
    evidence.observe(f"seen: {SECRET}")
    evidence.expectation(f"not {SECRET}", f"came {SECRET}", met=False)
    assert SECRET not in json.dumps(evidence.to_plain())


def test_password_inside_basic_is_known():
    secrets = Secrets()
    header = basic("app", "pa ss/wörd")
    kept(
        seen(headers=[("Authorization", header)]),
        Evidence(Redactor(secrets)),
    )
    assert secrets.kinds["pa ss/wörd"] == "client_secret"


def test_attributes_of_a_cookie_are_no_secrets():
    header = "locale=en; Path=/somewhere; Expires=Mon, 01 Jan 2029 00:00:00"
    shown = kept(seen(answer=[("Set-Cookie", header)]))
    assert shown["response"]["headers"] == [["Set-Cookie", header]]


def test_repr_of_an_exchange_shows_no_secret():
    exchange = seen(body=json.dumps({"password": SECRET}), error=SECRET)
    assert SECRET not in repr(exchange)


def test_long_body_is_cut_after_its_secrets_went():
    filler = "x" * (BODY_LIMIT - 8 - len('{"a": "", "access_token": "'))
    body = json.dumps({"a": filler, "access_token": SECRET, "b": "y" * 99})
    shown = kept(seen(answer_body=body))["response"]["body"]
    assert SECRET[:8] not in shown
    assert shown.endswith("more characters")


def test_deep_document_is_read_to_the_bottom():
    body = "[" * 900 + json.dumps({"token": SECRET}) + "]" * 900
    assert SECRET not in json.dumps(kept(seen(body=body)))


@pytest.mark.parametrize(
    "body", ["[" * 5000, "\x00\xff", "%%%=&&&==", '{"token": ', "plain text"]
)
def test_odd_body_is_kept_as_it_is(body):
    assert kept(seen(body=body))["request"]["body"] == body


@pytest.mark.parametrize("url", ["http://[half/x", "?code", ""])
def test_odd_url_is_kept_as_it_is(url):
    assert kept(seen(url=url))["request"]["url"] == url


def test_secret_that_is_known_too_late_is_a_label_all_the_same():
    """A plain PKCE challenge is sent before its verifier is."""
    evidence = Evidence(Redactor(Secrets()))
    kept(seen(url=f"http://h/a?code_challenge={SECRET}"), evidence)
    evidence.expectation(SECRET, f"not {SECRET}", met=False)
    evidence.observe(SECRET)
    kept(seen(body=f"code_verifier={SECRET}"), evidence)
    assert SECRET not in json.dumps(evidence.to_plain())


def test_exchanges_are_numbered_and_expectations_point_at_them():
    evidence = Evidence(Redactor(Secrets()))
    evidence.expectation("nothing yet", "nothing", met=True)
    kept(seen(), evidence)
    kept(seen(), evidence)
    evidence.expectation("an answer", "200", met=True)
    plain = evidence.to_plain()
    assert [e["n"] for e in plain["exchanges"]] == [1, 2]
    assert [e["exchange"] for e in plain["expectations"]] == [None, 2]


def test_picture_is_kept_as_base64():
    evidence = Evidence(Redactor(Secrets()))
    evidence.screenshot("A page", b"\x89PNG")
    png = base64.b64encode(b"\x89PNG").decode()
    assert evidence.to_plain()["screenshots"] == [
        {"title": "A page", "png": png}
    ]


def test_recorder_gives_each_scenario_evidence_of_its_own():
    recorder = Recorder()
    first = recorder.fresh()
    recorder.record(seen())
    second = recorder.fresh()
    recorder.record(seen())
    recorder.record(RawExchange("browser", "browser", seen().request, None))
    assert [len(first.exchanges), len(second.exchanges)] == [1, 2]
    assert recorder.http_requests == 2


def test_secret_of_an_earlier_scenario_is_a_label_in_a_later_one():
    recorder = Recorder()
    recorder.fresh()
    recorder.record(seen(headers=[("Authorization", f"Bearer {SECRET}")]))
    later = recorder.fresh()
    recorder.record(seen(body=f"oddly_named={SECRET}&x={OTHER}"))
    body = later.to_plain()["exchanges"][0]["request"]["body"]
    assert body == f"oddly_named=access_token#1&x={OTHER}"

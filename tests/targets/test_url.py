"""The check of a URL target before scenarios run."""

import json
import socket

import pytest

from conformance.errors import TargetError
from conformance.instance import ready
from conformance.targets import parse

USER = {"FITTRACKEE_EMAIL": "a@example.com", "FITTRACKEE_PASSWORD": "pw"}


def page(body, status=200, **headers):
    """Return a response of the fixture ``site``."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return status, headers, body


PING = page({"status": "success", "message": "pong!"})
CONFIG = page({"status": "success", "data": {"version": "1.2.3"}})


def start(url):
    """Return the instance of a URL target."""
    with parse(url, environ=USER).start() as instance:
        return instance


def refusal(url):
    """Return the error message of a URL target."""
    with pytest.raises(TargetError) as caught:
        start(url)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_fittrackee_is_recognised_and_is_not_disposable(site):
    url = site({"/api/ping": PING, "/api/config": CONFIG})
    instance = start(url + "/")
    assert (instance.url, instance.version) == (url, "1.2.3")
    assert (instance.kind, instance.disposable) == ("url", False)
    assert instance.owner.email == "a@example.com"


def test_a_sub_path_is_kept(site):
    url = site({"/sub/api/ping": PING, "/sub/api/config": CONFIG})
    assert start(f"{url}/sub").url == f"{url}/sub"


def test_nothing_listens():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    message = refusal(f"http://127.0.0.1:{port}")
    assert message.endswith("connection refused; is the server running?")


def test_no_such_host():
    assert "no such host" in refusal("https://nowhere.invalid")


def test_no_answer_in_time(monkeypatch):
    monkeypatch.setattr(ready, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert "no response within 0.2 s" in refusal(url)


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({}, "GET /api/ping answered 404"),
        ({"/api/ping": page(b"<html>")}, "not a FitTrackee"),
        ({"/api/ping": page(["pong!"])}, "not a FitTrackee"),
        ({"/api/ping": page({"message": "hello"})}, "not a FitTrackee"),
        ({"/api/ping": PING, "/api/config": page(b"<html>")}, "/api/config"),
        ({"/api/ping": PING, "/api/config": page({})}, "not a FitTrackee"),
        (
            {"/api/ping": PING, "/api/config": page({"data": {}})},
            "not a FitTrackee",
        ),
        ({"/api/ping": page(b"", status=502)}, "answered 502"),
        (
            {"/api/ping": page(b"", status=301, location="https://x.org/")},
            "redirects to https://x.org/",
        ),
    ],
)
def test_server_that_is_not_fittrackee(site, pages, expected):
    assert expected in refusal(site(pages))

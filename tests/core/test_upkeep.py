"""Logging in before a run and sweeping after it."""

import httpx
import pytest

from conformance.errors import TargetError
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.run import prepare

OWNER = Credentials("owner@example.com", "correct horse")
STRANGER = Credentials("other@example.com", "battery staple")
INSTANCE = Instance("url", "t", "http://site", "1.3.6", OWNER, STRANGER)


@pytest.fixture
def site(monkeypatch):
    """Put a server, a function, where the instance would be."""

    def put(answer):
        inner = httpx.MockTransport(answer)
        monkeypatch.setattr(
            prepare,
            "connect",
            lambda instance: Connection(instance, RecordingTransport(inner)),
        )

    return put


def test_every_user_is_logged_in(site):
    seen = []

    def answer(request):
        seen.append(request.content)
        return httpx.Response(200, json={"auth_token": "opaque"})

    site(answer)
    prepare.log_in(INSTANCE)
    assert [OWNER.email.encode() in seen[0], len(seen)] == [True, 2]
    assert STRANGER.email.encode() in seen[1]


def refuse(request):
    raise httpx.ConnectError("connection refused")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: httpx.Response(401), "was refused .401.; check the email"),
        (lambda _: httpx.Response(429), "rate limit was reached .429."),
        (refuse, "the login got no response: connection refused"),
    ],
)
def test_login_that_fails_is_one_line(site, answer, error):
    site(answer)
    with pytest.raises(TargetError, match=error) as raised:
        prepare.log_in(INSTANCE)
    assert "\n" not in raised.value.message


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (refuse, "connection refused"),
        (lambda _: httpx.Response(429), "rate limit"),
        (lambda _: httpx.Response(401), "was refused"),
        (
            lambda _: httpx.Response(200, json={"auth_token": "x"}),
            "expected a list of apps",
        ),
    ],
)
def test_sweep_that_fails_is_a_note_for_each_user(site, answer, why):
    site(answer)
    notes = prepare.sweep_apps(INSTANCE, "fc-1")
    assert len(notes) == 2
    assert all(why in note for note in notes)
    assert notes[0].startswith("apps made by a user may remain, fc-1-…: ")


def test_sweep_says_what_is_left(site):
    def answer(request):
        if request.method == "DELETE":
            return httpx.Response(500)
        page = {"data": {"clients": [{"id": 1, "name": "fc-1-1"}]}}
        page["pagination"] = {"has_next": False}
        return httpx.Response(200, json={"auth_token": "x", **page})

    site(answer)
    assert prepare.sweep_apps(INSTANCE, "fc-1")[1] == (
        "1 apps made by a user remain, named fc-1-…"
    )

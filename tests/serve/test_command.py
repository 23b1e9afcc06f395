"""The command ``serve``: its output, its options and its clean-up."""

from __future__ import annotations

import signal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from conformance.reference.contracts import contracts

from . import walking
from .serving import STOP_SECONDS, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served")) as printed:
        yield printed


def test_every_printed_user_can_log_in(served):
    assert len(served.users) == 3
    for email, password in served.users.items():
        walking.Person(served.url, email, password)


def test_the_printed_address_authorizes_the_printed_app(served):
    person = walking.Person(served.url, *served.owner)
    page = person.page(served.authorization_url)
    assert "profile:read" in page
    back = person.decide(served.authorization_url)
    assert back.startswith(served.value("redirect_uri"))
    client_id, client_secret = served.app
    form = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(back).query)["code"][0],
        "redirect_uri": served.value("redirect_uri"),
        "client_id": client_id,
        "client_secret": client_secret,
    }
    token = httpx.post(served.value("token"), data=form).json()
    assert token["scope"] == "profile:read workouts:read"
    form |= {"token": token["access_token"]}
    assert httpx.post(served.value("revocation"), data=form).status_code == 200


def test_the_example_client_runs_against_it(served, monkeypatch):
    person = walking.Person(served.url, *served.owner)
    with walking.example(monkeypatch, served.url, *served.app) as visitor:
        assert "You are owner." in walking.connect(visitor, person).text
        assert "Disconnected." in visitor.post("/disconnect").text


def test_every_option(tmp_path):
    words = ["--contract", "0.8", "--rate-limit", "5 per hour"]
    words += ["--fault", "token_type_in_lower_case"]
    words += ["--access-token-lifetime", "77"]
    words += ["--redirect-uri", "http://localhost:9000/one"]
    words += ["--redirect-uri", "com.example.app:/two"]
    with serving(tmp_path, *words) as printed:
        text = printed.text
        assert "0.8.13" in text
        assert "Broken by token_type_in_lower_case: The token type" in text
        assert "com.example.app:/two" in text
        assert printed.value("scope").split() == list(
            contracts()["0.8"].scopes
        )
        person = walking.Person(printed.url, *printed.owner)
        back = person.decide(printed.authorization_url)
        assert back.startswith("http://localhost:9000/one?code=")
        client_id, client_secret = printed.app
        form = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(back).query)["code"][0],
            "redirect_uri": "http://localhost:9000/one",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        token = httpx.post(printed.value("token"), data=form).json()
        assert token["token_type"] == "bearer"
        assert token["expires_in"] == 77
        statuses = [
            httpx.get(f"{printed.url}/api/ping").status_code for _ in range(6)
        ]
        assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(tmp_path, number):
    with serving(tmp_path) as printed:
        assert len(list(tmp_path.iterdir())) == 1
        # A connection that is kept open does not hold it up.
        with httpx.Client(base_url=printed.url) as client:
            assert client.get("/api/ping").status_code == 200
            printed.process.send_signal(number)
            rest, _ = printed.process.communicate(timeout=STOP_SECONDS)
    assert printed.process.returncode == 0
    assert rest == "stopped\n"
    assert list(tmp_path.iterdir()) == []


def test_database_is_persistent(tmp_path, database_url, monkeypatch):
    """The app and the user of an earlier start still work."""
    words = ["--database-url", plain(database_url)]
    with serving(tmp_path, *words) as first:
        assert "stay in the database" in first.text
    with serving(tmp_path, *words) as second:
        assert not set(first.users) & set(second.users)
        for printed in (first, second):
            person = walking.Person(second.url, *printed.owner)
            with walking.example(
                monkeypatch, second.url, *printed.app
            ) as visitor:
                shown = walking.connect(visitor, person)
                assert "You are owner_" in shown.text


def plain(url):
    """Return a SQLAlchemy URL as PostgreSQL's own tools write it."""
    return url.replace("postgresql+psycopg://", "postgresql://")

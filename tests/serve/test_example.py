"""The example client: the whole flow, and with faults of the server."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from conformance import faults
from conformance.reference.contracts import contracts

from . import walking

DOCUMENT = walking.EXAMPLE.parents[1] / "docs" / "serve.md"
LIFETIME = 864_000
TOKEN = "POST /api/oauth/token"


def requests_to(server, endpoint):
    """Return a list that collects the forms sent to an endpoint."""
    seen = []
    server.before(endpoint, lambda r: seen.append(r.form.to_dict()))
    return seen


def wait(server, seconds):
    """Advance a server's clock."""
    then = server.rules.now() + seconds
    server.replace("now", lambda: then)


@pytest.mark.parametrize("contract", list(contracts()))
def test_the_whole_flow(trial, contract):
    server, person, visitor = trial(contract=contract)
    assert "Welcome" in visitor.get("/").text
    assert "Connect first" in visitor.get("/profile").text
    asked = visitor.get("/connect").headers["location"]
    assert "Demonstration" in person.page(asked)
    shown = walking.come_back(visitor, person.decide(asked))
    assert "You are owner." in shown.text

    sent = requests_to(server, TOKEN)
    wait(server, LIFETIME + 1)
    assert "You are owner." in visitor.get("/profile").text
    assert [form["grant_type"] for form in sent] == ["refresh_token"]
    assert "You are owner." in visitor.get("/profile").text
    assert len(sent) == 1

    revoked = requests_to(server, "POST /api/oauth/revoke")
    assert "Disconnected" in visitor.post("/disconnect").text
    [form] = revoked
    assert "Connect first" in visitor.get("/profile").text
    form |= {"grant_type": "refresh_token", "refresh_token": form["token"]}
    answer = person.http.post("/api/oauth/token", data=form)
    assert answer.json()["error"] == "invalid_grant"


def test_request_has_state_and_pkce(trial):
    _, _, visitor = trial()
    one, other = (
        parse_qs(urlsplit(visitor.get("/connect").headers["location"]).query)
        for _ in range(2)
    )
    assert one["code_challenge_method"] == ["S256"]
    for fresh in ("state", "code_challenge"):
        assert len(one[fresh][0]) >= 43
        assert one[fresh] != other[fresh]


def test_denied_consent_is_shown(trial):
    _, person, visitor = trial()
    shown = walking.connect(visitor, person, confirm="false")
    assert "Not connected: access_denied." in shown.text


def test_authorization_response_is_used_once_by_its_visitor(trial):
    server, person, visitor = trial()
    asked = visitor.get("/connect").headers["location"]
    sent = requests_to(server, TOKEN)
    answer = person.decide(asked)
    foreign = answer.replace("state=", "state=x")
    assert "no answer to a question" in visitor.get(foreign).text
    assert "no answer to a question" in visitor.get(answer).text
    assert sent == []


def test_nothing_secret_is_in_the_visitors_cookie(trial):
    _, person, visitor = trial()
    walking.connect(visitor, person)
    [name] = visitor.cookies
    assert name == "session"
    assert len(visitor.cookies[name]) < 150


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("browser_loses_the_state", "This is no answer to a question"),
        ("only_the_first_scope_is_granted", "You did not allow the profile."),
        ("token_type_is_not_told", "No token: unusable answer."),
    ],
)
def test_documented_faults_when_connecting(trial, fault, expected):
    server, person, visitor = trial(fault=fault)
    sent = requests_to(server, TOKEN)
    shown = walking.connect(visitor, person)
    assert expected in shown.text
    assert shown.status_code == 502
    assert bool(sent) == (fault != "browser_loses_the_state")
    assert "Disconnected" in visitor.post("/disconnect").text
    assert f"--fault {fault}" in DOCUMENT.read_text("utf-8")


def test_rejected_new_token_is_not_refreshed_again(trial):
    fault = "refreshed_access_token_is_dead"
    server, person, visitor = trial(fault=fault)
    assert "You are owner." in walking.connect(visitor, person).text
    sent = requests_to(server, TOKEN)
    wait(server, LIFETIME + 1)
    assert "refuses the profile (401)" in visitor.get("/profile").text
    assert "Connect first" in visitor.get("/profile").text
    assert len(sent) == 1
    assert f"--fault {fault}" in DOCUMENT.read_text("utf-8")


@pytest.mark.parametrize(
    "fault",
    [
        "refresh_answers_no_refresh_token",
        "lifetime_is_not_told",
        "lifetime_is_quoted",
        "scope_is_a_list",
        "token_type_in_lower_case",
    ],
)
def test_tolerable_faults(trial, fault):
    server, person, visitor = trial(fault=fault)
    assert "You are owner." in walking.connect(visitor, person).text
    wait(server, LIFETIME + 1)
    assert "You are owner." in visitor.get("/profile").text


@pytest.mark.parametrize("body", ["<h1>oops</h1>", "[]", '"x"', "null"])
def test_malformed_token_response(trial, body):
    server, person, visitor = trial()
    server.before(TOKEN, lambda _request: (body, 500))
    shown = walking.connect(visitor, person)
    assert shown.status_code == 502
    assert (
        "FitTrackee gave no answer" in shown.text or "No token" in shown.text
    )


def test_documented_faults_exist():
    names = {fault.name for fault in faults.all_faults()}
    named = re.findall(r"--fault ([a-z0-9_]+)", DOCUMENT.read_text("utf-8"))
    assert len(named) >= 3
    assert set(named) <= names


def test_example_is_small():
    assert len(walking.EXAMPLE.read_text("utf-8").splitlines()) <= 120

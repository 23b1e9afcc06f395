"""Malformed requests reach the server, clean up, and leak no secret."""

import json

import hypothesis
import pytest
from hypothesis import given

from conformance.adversary.hunt import _settings
from conformance.adversary.malformed.edits import Edit
from conformance.adversary.malformed.forms import Change, MalformedForm
from conformance.adversary.malformed.json_bodies import MalformedJson, Member
from conformance.adversary.malformed.mutations import KINDS
from conformance.adversary.malformed.texts import LONGEST, Repeated
from conformance.errors import Blocked
from conformance.instance.answer import Depth

from .conftest import OWNER

STAGED = ["authorize", "exchange", "refresh", "registration"]
LONGEST_PIECE = 12  # characters of a secret that may stand by themselves


def each(strategy, seed, number):
    """Return that many examples."""
    drawn = []
    test = given(strategy)(lambda example: drawn.append(example))
    hypothesis.seed(seed)(_settings(number)(test))()
    return drawn


@pytest.mark.parametrize("name", KINDS)
def test_the_good_request_is_served(endpoint, name):
    endpoint(name).must_work(KINDS[name].unchanged)


def test_a_good_request_that_is_not_served_blocks(endpoint):
    refused = MalformedForm((Change("code", "instead", "made-up"),))
    with pytest.raises(Blocked, match="to be served; actual: 400"):
        endpoint("exchange").must_work(refused)


@pytest.mark.parametrize("name", KINDS)
def test_the_reference_survives(endpoint, name, recorder):
    it = endpoint(name)
    for example in each(KINDS[name].examples, 5, 25):
        recorder.fresh()
        answer = it.send(example)
        assert answer.response is not None, (example, answer.error)
        assert answer.response.status_code < 500, example


@pytest.mark.parametrize("name", STAGED)
def test_most_get_past_the_first_look(endpoint, name, recorder):
    it = endpoint(name)
    depth = Depth(it.noise())
    for example in each(KINDS[name].examples, 7, 80):
        recorder.fresh()
        depth.count(it.send(example))
    assert depth.past > depth.sent / 2
    depth.tell()


def test_apps_are_deleted_again(endpoint, owner):
    it = endpoint("registration")
    for example in each(KINDS["registration"].examples, 3, 30):
        it.send(example)
    assert owner.app_ids() == []


def test_what_was_stored_is_found_and_deleted(endpoint, owner):
    it = endpoint("registration")
    good = it.valid()
    owner.must_register(**{**good, "client_name": "changed"})
    assert len(it.stored(good["client_name"])) == 1
    assert it.stored(good["client_name"]) == []
    assert owner.app_ids() == []


@pytest.mark.parametrize("name", ["login", "exchange", "refresh", "bearer"])
def test_no_piece_of_a_secret_is_shown(endpoint, name, recorder, monkeypatch):
    it = endpoint(name)
    issued = {OWNER.password}
    learn = recorder.secrets.learn

    def remember(value, kind):
        if value.isalnum() and len(value) in {42, 48}:
            issued.add(value)
        return learn(value, kind)

    monkeypatch.setattr(recorder.secrets, "learn", remember)
    for example in each(KINDS[name].examples, 11, 60):
        recorder.fresh()
        it.send(example)
        shown = json.dumps(recorder.current.to_plain())
        for secret in issued:
            for start in range(len(secret) - LONGEST_PIECE):
                piece = secret[start : start + LONGEST_PIECE]
                assert piece not in shown, (example, piece)


def test_what_is_made_up_is_shown(endpoint, recorder):
    it = endpoint("exchange")
    it.send(MalformedForm())
    recorder.fresh()
    it.send(MalformedForm((Change("code", "instead", "a made-up value"),)))
    sent = recorder.current.exchanges[-1].request.body
    assert "code=a+made-up+value&" in sent
    it.send(MalformedForm((Change("code", "after", "%"),)))
    sent = recorder.current.exchanges[-1].request.body
    assert "code=authorization_code#2%25&" in sent
    assert "client_secret=client_secret#1" in sent


def test_a_changed_password_stays_a_secret(endpoint, recorder):
    edit = Member("password", Edit("inside", "\0"), "edit")
    endpoint("login").send(MalformedJson((edit,)))
    sent = recorder.current.exchanges[-1].request.body
    assert "horse" not in sent
    assert '"password": "password#' in sent


def test_a_huge_body_is_kept_in_part(endpoint, recorder):
    it = endpoint("exchange")
    it.send(MalformedForm((Change("code", "after", Repeated("a", LONGEST)),)))
    shown = recorder.current.exchanges[-1].request.body
    assert len(shown) < 20_000
    assert shown.endswith("more characters")

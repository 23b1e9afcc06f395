"""Histories on a reference: told, short, repeatable, and cleaned up."""

import re
import subprocess

import pytest

from conformance import targets
from conformance.actors.app import App
from conformance.adversary.budget import Budget
from conformance.adversary.histories.state import Invariant
from conformance.errors import Blocked
from conformance.expect import Violation

FAULT = "consent_revives_what_had_ended"


def start(target, fault=None):
    return targets.parse(target, fault=fault).start()


@pytest.fixture(scope="module")
def right():
    with start("reference") as instance:
        yield instance


@pytest.fixture(scope="module", params=["reference", "reference:0.7"])
def broken(request):
    """Sessions are cookies in one, bearer tokens in the other."""
    with start(request.param, FAULT) as instance:
        yield instance


@pytest.fixture
def finding(stage, broken):
    """What histories find on a broken reference."""
    search, hunt, users = stage(broken, Invariant.WITH_APP)
    with pytest.raises(Violation) as found:
        search.run()
    return str(found.value), hunt, users


def steps(text):
    return re.findall(r"^\d+\. .*\.$", text, re.MULTILINE)


def by_hand(script, instance):
    """Run a script; return its exit status and what it said."""
    environ = {
        "PATH": "/usr/bin:/bin",
        "FITTRACKEE_URL": f"{instance.url}/",
        "FITTRACKEE_EMAIL": instance.owner.email,
        "FITTRACKEE_PASSWORD": instance.owner.password,
        "FITTRACKEE_OTHER_EMAIL": instance.stranger.email,
        "FITTRACKEE_OTHER_PASSWORD": instance.stranger.password,
    }
    ran = subprocess.run(
        ["sh"],
        input=script,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_history_is_told_in_a_few_steps(finding):
    text, hunt, _ = finding
    told = steps(text)
    assert text.startswith(f"expected: {Invariant.WITH_APP}\nactual: ")
    assert 5 <= len(told) <= 7
    assert told[0].startswith("1. The owner registers app A for ")
    assert any("revokes all tokens of app A: 200." in step for step in told)
    assert "--scenario made_up.py::test --replay 6" in text
    assert "state = " not in text
    kept = hunt.evidence
    assert len(kept.exchanges) == len(told) + 6  # with login and control
    assert [e.met for e in kept.expectations][-1:] == [False]


def test_the_script_repeats_the_violation(finding, broken, right):
    _, hunt, users = finding
    status, said = by_hand(hunt.evidence.script, broken)
    assert status == 1, said
    assert "VIOLATED: " in said
    assert users["owner"].app_ids() == []
    status, said = by_hand(hunt.evidence.script, right)
    assert status == 0, said
    assert "not violated: " in said


def test_the_script_holds_no_secret(finding, broken):
    _, hunt, _ = finding
    script = hunt.evidence.script
    known = hunt.evidence.redactor._secrets.kinds
    assert len(known) > 20
    assert [s for s in known if s in script] == []
    assert broken.url not in script
    assert hunt.evidence.to_plain()["script"] == script


def test_a_script_says_what_it_lacks(finding, broken):
    script = finding[1].evidence.script
    nobody = broken.owner.__class__("nobody@example.com", 'wr"ong\\pass')
    status, said = by_hand(script, replaced(broken, owner=nobody))
    assert status == 2
    assert "the login as nobody@example.com was refused" in said
    status, said = by_hand(script, replaced(broken, url="http://127.0.0.1:9"))
    assert status == 2
    assert "not tried: no response" in said


def replaced(instance, **changes):
    return instance.__class__(**{**vars(instance), **changes})


def test_a_history_is_replayed_alone(finding, stage, broken):
    text, _, _ = finding
    search, hunt, _ = stage(
        broken,
        Invariant.WITH_APP,
        replay=text.rpartition("--replay ")[2].strip(),
    )
    with pytest.raises(Violation) as found:
        search.run()
    assert steps(str(found.value)) == steps(text)
    assert hunt.tried <= 2


@pytest.mark.parametrize("promise", Invariant)
def test_a_right_server_is_found_right(stage, right, promise):
    search, hunt, users = stage(right, promise, examples=20)
    search.run()
    assert hunt.evidence.observations == [
        f"{hunt.tried} examples tried, seed 4"
    ]
    for user in users.values():
        assert [a for a in user.apps() if "fc-test" in a["name"]] == []


def test_one_user_is_enough_for_the_others(stage, right):
    search, hunt, _ = stage(
        right, Invariant.UNTOUCHED, roles=["owner"], examples=20
    )
    search.run()
    assert {e.actor for e in hunt.evidence.exchanges} == {"owner", "app"}


def test_the_same_seed_sends_the_same(stage, right):
    sent = []
    for _ in range(2):
        search, hunt, _ = stage(right, Invariant.SCOPE, examples=20)
        search.run()
        sent.append(
            [
                (e.request.method, e.actor, e.response.status)
                for e in hunt.evidence.exchanges
            ]
        )
    assert sent[0] == sent[1]


def test_what_is_no_violation_ends_the_hunt(stage, right, monkeypatch):
    exchange, calls = App.exchange, []

    def once(self, code):
        calls.append(code)
        if len(calls) > 1:
            raise Blocked("rate limit")
        return exchange(self, code)

    search, hunt, _ = stage(right, Invariant.CODE_ONCE)
    monkeypatch.setattr(App, "exchange", once)
    with pytest.raises(Blocked, match="rate limit"):
        search.run()
    assert len(calls) == 2  # the control, and the first of a history
    assert hunt.tried == 1


def test_a_refusal_would_prove_nothing(stage, right, monkeypatch):
    search, hunt, _ = stage(right, Invariant.REVOKED)
    monkeypatch.setattr(App, "refresh", lambda self, _: self.send("GET", "/"))
    with pytest.raises(Blocked, match=r"must_refresh .* expected tokens"):
        search.run()
    assert hunt.tried == 0


def test_shortening_has_an_end(stage, broken):
    budget = Budget(shortening_requests=0)
    search, hunt, _ = stage(broken, Invariant.WITH_APP, budget=budget)
    with pytest.raises(Violation) as found:
        search.run()
    assert len(steps(str(found.value))) > 7
    assert hunt.evidence.script

"""What is drawn can be sent and shown, whichever strategy drew it.

Each strategy's examples become requests, down to their bytes, and evidence
of them; only the network is left out. ``HUNT_REQUESTS`` says how many.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conformance.actors.owner import Owner
from conformance.adversary.histories.history import History
from conformance.adversary.histories.machine import CHOICES, Machine
from conformance.adversary.histories.narration import Narration
from conformance.adversary.histories.state import OWNER, STRANGER, Invariant
from conformance.adversary.malformed.http_messages import (
    listed_messages,
    messages,
)
from conformance.adversary.malformed.mutations import KINDS, several
from conformance.evidence.octets import to_bytes
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.instance.raw_http import RawConnection, request_bytes
from conformance.instance.session import Session

from .canned import Canned, CannedReach, Checking, must_be_reportable

NUMBER = int(os.environ.get("HUNT_REQUESTS") or 500)
IN_CI = 500
PARTS = ["examples", "marked", "parseable", "invalid"]
STRATEGIES = {
    f"{name} {part}": (name, getattr(kind, part))
    for name, kind in KINDS.items()
    for part in PARTS
    if not getattr(kind, part).is_empty
}
ROUTES = [name for name in KINDS if name != "login"]
RAW = {
    "a page": ("GET", b""),
    "a form": ("POST", b"grant_type=authorization_code&code=made-up"),
}
everything = settings(
    max_examples=NUMBER,
    derandomize=NUMBER <= IN_CI,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def canned():
    return Canned()


@pytest.fixture
def recorder(canned, monkeypatch):
    """A recorder that compares what it keeps with what was sent."""
    own = Checking(canned)
    monkeypatch.setattr(
        "conformance.adversary.malformed.endpoints.RECORDER", own
    )
    monkeypatch.setattr("conformance.evidence.RECORDER", own)
    return own


@pytest.fixture
def users(canned, recorder):
    """Owner and stranger of the canned server."""
    made = {}
    for role in (OWNER, STRANGER):
        person = Credentials(f"{role}@example.com", f"{role}'s pass phrase")
        instance = Instance("url", "c", "http://localhost/base", "", person)
        transport = RecordingTransport(canned, recorder=recorder)
        wire = Connection(instance, transport)
        session = Session(wire.client(role), person)
        session._token, session._ends = "session-9876543210", 9e9
        made[role] = Owner(wire, session, "fc-1")
    return made


@pytest.fixture
def endpoint(users):
    """Make an endpoint by its name."""
    app = users[OWNER].must_register()
    return lambda name: KINDS[name].endpoint(users[OWNER], lambda: app)


@pytest.mark.parametrize("named", STRATEGIES)
def test_malformed_request_is_built_and_shown(named, endpoint, recorder):
    name, strategy = STRATEGIES[named]
    it = endpoint(name)

    def check(example):
        recorder.fresh()
        answer = it.send(example)
        assert answer.response is not None, answer.error
        must_be_reportable(recorder.current)

    for example in KINDS[name].listed:
        check(example)
    everything(given(strategy)(check))()
    assert recorder.checked


def test_several_requests_are_built_and_shown(endpoint, recorder):
    served = {name: endpoint(name) for name in KINDS}

    @everything
    @given(several(ROUTES))
    def check(examples):
        recorder.fresh()
        for name, example in examples[:2]:  # the rest are like them
            answer = served[name].send(example)
            assert answer.response is not None, answer.error
        must_be_reportable(recorder.current)

    check()


@pytest.mark.parametrize("name", RAW)
def test_malformed_wire_is_built_and_shown(name, recorder):
    reach = CannedReach()
    person = Credentials("owner@example.com", "a pass phrase")
    instance = Instance("url", "c", "http://localhost", "", person)
    object.__setattr__(instance, "reach", reach)
    method, content = RAW[name]
    good = request_bytes(instance, method, "/x", content=content)
    recorder.record = super(Checking, recorder).record

    def check(example):
        recorder.fresh()
        data = example.apply(good)
        with RawConnection(instance, "wire", recorder=recorder) as connection:
            connection.send(data)
            connection.answer()
        with reach.ends.pop():
            pass
        seen = connection.seen.request
        assert "raw" not in seen or to_bytes(seen["raw"]) == data
        must_be_reportable(recorder.current)

    for example in listed_messages:
        check(example)
    everything(given(messages)(check))()


def test_steps_of_histories_are_built_and_shown(users, recorder, canned):
    canned.always = True
    steps = st.lists(st.tuples(st.integers(0, 59), CHOICES), max_size=2)

    @everything
    @given(
        st.sampled_from(Invariant),
        st.sampled_from(["", STRANGER, OWNER]),
        st.booleans(),
        CHOICES,
        steps,
    )
    def check(promise, second, anything, choices, steps):
        evidence = recorder.fresh()

        def begin():
            narration = Narration(evidence, evidence.mark())
            return History(users, promise, narration, [])

        machine = Machine(begin)
        try:
            machine.begin_history(second, anything, choices)
            for verb, drawn in steps:
                machine.next_operation(verb, drawn)
        except AssertionError:
            pass  # the canned server breaks promises
        must_be_reportable(evidence)

    check()
    assert recorder.checked

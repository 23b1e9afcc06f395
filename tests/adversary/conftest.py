"""A user of a reference in this process; histories on a running one."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.actors.owner import Owner
from conformance.adversary.budget import Budget
from conformance.adversary.histories.search import HistorySearch
from conformance.adversary.hunt import Hunt
from conformance.adversary.malformed.mutations import KINDS
from conformance.evidence import RECORDER, Recorder
from conformance.instance import Credentials, Instance
from conformance.instance.connection import (
    Connection,
    RecordingTransport,
    connect,
)
from conformance.instance.session import Session
from conformance.options import Options
from conformance.reference import ReferenceServer, User

sys.path.insert(0, str(Path(__file__).parents[1] / "kill_matrix"))
from in_process import InProcess

ORDINARY = Budget()
OWNER = Credentials("owner@example.com", "correct horse battery")


@pytest.fixture
def recorder(monkeypatch):
    """A recorder of this test's own."""
    own = Recorder()
    monkeypatch.setattr(
        "conformance.adversary.malformed.endpoints.RECORDER", own
    )
    return own


@pytest.fixture
def owner(tmp_path, recorder):
    server = ReferenceServer(
        f"sqlite:///{tmp_path / 'db'}",
        users=[User("owner", OWNER.email, OWNER.password)],
    )
    inner = InProcess(server.app)
    transport = RecordingTransport(inner, recorder=recorder)
    instance = Instance("reference", "r", "http://localhost", "1.3.6", OWNER)
    wire = Connection(instance, transport)
    recorder.current.redactor.learn(OWNER.password, "password")
    yield Owner(wire, Session(wire.client("owner"), OWNER), "fc-1")
    server.close()


@pytest.fixture
def endpoint(owner):
    """Make an endpoint by its name."""
    apps = []

    def app():
        apps.extend([] if apps else [owner.must_register()])
        return apps[0]

    return lambda name: KINDS[name].endpoint(owner, app)


@pytest.fixture
def stage(tmp_path, monkeypatch):
    """Make what runs histories, its hunt and the users."""
    monkeypatch.setenv("FITTRACKEE_EXAMPLES_DIR", str(tmp_path))

    def make(
        instance,
        invariant,
        roles=("owner", "stranger"),
        budget=ORDINARY,
        **options,
    ):
        wire = connect(instance)
        users = {
            role: Owner(
                wire,
                Session(wire.client(role), getattr(instance, role)),
                "fc-test",
            )
            for role in roles
        }
        chosen = Options(**{"seed": 4, "examples": 150, **options})
        spending = replace(budget, examples=chosen.examples)
        hunt = Hunt("made_up.py::test", chosen, 4, RECORDER.fresh(), spending)
        return HistorySearch(hunt, users, invariant), hunt, users

    return make

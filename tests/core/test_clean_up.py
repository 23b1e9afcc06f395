"""Scenarios side by side leave each other's apps alone."""

import httpx
import pytest

from conformance.actors.owner import Owner
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.instance.session import Session
from conformance.reference import ReferenceServer, User

OWNER = Credentials("owner@example.com", "correct horse")


@pytest.fixture
def actors(tmp_path):
    """Two scenarios' owner: one user, one instance."""
    server = ReferenceServer(
        f"sqlite:///{tmp_path / 'db'}",
        users=[User("owner", OWNER.email, OWNER.password)],
    )
    transport = RecordingTransport(httpx.WSGITransport(server.app))
    instance = Instance("reference", "r", "http://localhost", "1.3.6", OWNER)
    wire = Connection(instance, transport)
    session = Session(wire.client("owner"), OWNER)
    yield Owner(wire, session, "fc-1"), Owner(wire, session, "fc-1")
    server.close()


def test_app_that_is_deleted_twice_is_no_other_app(actors):
    one, two = actors
    gone = one.must_register()
    assert one.delete(f"/api/oauth/apps/{gone.id}").status_code == 204
    kept = two.must_register()
    one.clean_up()
    assert two.app_ids() == [kept.id]


def test_names_of_apps_differ_between_scenarios(actors):
    names = [owner.must_register().name for owner in actors for _ in range(2)]
    assert len(set(names)) == 4
    assert all(name.startswith("fc-1-") for name in names)

"""Histories on an instance that is running."""

import pytest

from conformance.adversary.hunt import Hunt
from conformance.adversary.lives import Lives
from conformance.evidence import RECORDER
from conformance.options import Options
from conformance.owner import Owner
from conformance.session import Session
from conformance.wire import connect


@pytest.fixture
def stage(tmp_path, monkeypatch):
    """Make what runs histories, its hunt and the users."""
    monkeypatch.setenv("FITTRACKEE_EXAMPLES_DIR", str(tmp_path))

    def make(instance, promise, roles=("owner", "stranger"), **options):
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
        hunt = Hunt("made_up.py::test", chosen, 4, RECORDER.fresh())
        return Lives(hunt, users, promise), hunt, users

    return make

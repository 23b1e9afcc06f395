"""That malformed requests are answered: without a crash, and in time."""

import pytest

from conformance import expect, verifies
from conformance.actors import Depth
from conformance.adversary.malformed import KINDS

SURVIVES = {
    "login": "login-survives",
    "registration": "registration-survives",
    "list": "apps-page-survives",
    "app": "app-identifier-survives",
    "authorize": "authorization-endpoint-survives",
    "exchange": "token-endpoint-survives",
    "refresh": "token-endpoint-survives",
    "revocation": "revocation-survives",
    "bearer": "bearer-survives",
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=verifies(f"robustness/{slug}"))
        for name, slug in SURVIVES.items()
    ],
)
def test_changed_request_is_survived(hunt, endpoint, name):
    """A good request that was changed at random causes no server error."""
    kind, sender = KINDS[name], endpoint(name)
    depth = Depth(sender.noise())

    def check(example):
        answer = sender.send(example)
        depth.count(answer)
        expect.survived(answer)

    hunt.examples(kind.examples, check, share=kind.share, listed=kind.listed)
    depth.tell()


@verifies("robustness/malformed-in-time")
@pytest.mark.parametrize("name", KINDS)
def test_changed_request_is_answered_in_time(hunt, endpoint, budget, name):
    """A good request that was changed at random is answered in time."""
    kind, sender = KINDS[name], endpoint(name)
    depth = Depth(sender.noise())

    def send(example):
        answer = sender.send(example)
        depth.count(answer)
        return answer

    hunt.examples(
        kind.examples,
        lambda example: expect.in_time(
            lambda: send(example), budget.response_seconds
        ),
        share=kind.share / 4,
        patience=1,
    )
    depth.tell()

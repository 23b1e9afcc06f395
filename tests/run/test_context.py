"""What a worker is told of the run."""

import json

from conformance.adversary.budget import Budget
from conformance.instance import Credentials, Instance
from conformance.options import Options
from conformance.run.context import Context


def test_worker_gets_everything():
    owner = Credentials("owner@example.com", "a good password", "owner")
    instance = Instance(
        kind="reference",
        name="reference",
        url="http://127.0.0.1:9",
        version="1.3.6",
        owner=owner,
        control_key="key",
    )
    context = Context(
        Options(examples=7),
        instance,
        "fc-1",
        seed=3,
        budget=Budget(shrink_attempts=2, response_seconds=0.5),
    )
    plain = json.loads(json.dumps(context.to_plain()))
    assert Context.from_plain(plain) == context

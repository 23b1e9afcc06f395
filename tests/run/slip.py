"""A pytest plugin that lets the harness raise in a hunt, holding secrets.

``SLIP`` says where: ``example`` or ``history``. What may not be shown is
written to the file that ``SLIP_SECRETS`` names.
"""

import json
import os
from pathlib import Path

from conformance.adversary.histories import history
from conformance.adversary.malformed import endpoints

hidden = set()


def slip(it, _example):
    tokens = it.app.must_obtain_tokens(it.owner)
    password = it.owner.session.user.password
    hidden.update([tokens.access_token, tokens.refresh_token, password])
    raise KeyError(f"{tokens.access_token} {password} \udcff", vars(tokens))


def slip_in_history(self, **about):
    secret = self.model.access[-1].secret
    hidden.add(secret)
    raise RuntimeError(f"{secret} \ud800", about)


if os.environ["SLIP"] == "example":
    endpoints.AppsPage._send = slip
    endpoints.Endpoint.must_work = lambda *_: None
else:
    history.History.refresh = slip_in_history


def pytest_unconfigure():
    if hidden:
        file = Path(os.environ["SLIP_SECRETS"])
        file.write_text(json.dumps(sorted(hidden)), "utf-8")

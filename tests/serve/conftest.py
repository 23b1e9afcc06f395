from __future__ import annotations

import contextlib

import pytest

from conformance.reference import serve
from conformance.serve.demonstration import demonstration

from . import walking


@pytest.fixture
def trial(monkeypatch):
    """Return a function: options to a server, a user and a visitor."""
    with contextlib.ExitStack() as stack:

        def begin(**options):
            ready = stack.enter_context(demonstration(**options))
            url = stack.enter_context(serve(ready.server))
            user = ready.users[0]
            visitor = stack.enter_context(
                walking.example(
                    monkeypatch, url, ready.client_id, ready.client_secret
                )
            )
            person = walking.Person(url, user.email, user.password)
            return ready.server, person, visitor

        yield begin

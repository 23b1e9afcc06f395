from __future__ import annotations

import pytest

from .actors import Server


@pytest.fixture
def server(tmp_path, request):
    """A server, in process; ``@pytest.mark.parametrize`` it indirectly."""
    options = getattr(request, "param", {})
    server = Server(f"sqlite:///{tmp_path}/reference.db", **options)
    yield server
    server.close()


@pytest.fixture
def owner(server):
    return server.login("owner")


@pytest.fixture
def stranger(server):
    return server.login("stranger")


@pytest.fixture
def app(owner):
    return owner.register()

"""Errors when no database is available, and the search for PostgreSQL."""

import socket

import pytest

from conformance.errors import TargetError
from conformance.processes import own_postgres, postgres


def test_postgresql_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(own_postgres, "_candidates", lambda: iter(()))
    with (
        pytest.raises(TargetError) as caught,
        postgres.fresh_database(None, postgis=True),
    ):
        pass
    message = caught.value.message
    assert "apt-get install postgresql postgresql-postgis" in message
    assert "FITTRACKEE_POSTGRES_URL" in message
    assert "\n" not in message


def test_an_installation_with_postgis_is_preferred(tmp_path, monkeypatch):
    for version in ("16", "15"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "postgres"):
            (folder / name).touch()
    control = tmp_path / "15/share/postgresql/extension/postgis.control"
    control.parent.mkdir(parents=True)
    control.touch()
    found = [tmp_path / "none", tmp_path / "16/bin", tmp_path / "15/bin"]
    monkeypatch.setattr(own_postgres, "_candidates", lambda: iter(found))
    assert own_postgres.find_binaries() == tmp_path / "15/bin"


def test_given_server_that_is_not_running():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"postgresql://me:hunter2@127.0.0.1:{port}/postgres"
    with (
        pytest.raises(TargetError) as caught,
        postgres.fresh_database(url, postgis=False),
    ):
        pass
    assert caught.value.message.startswith("FITTRACKEE_POSTGRES_URL: ")
    assert "hunter2" not in caught.value.message + caught.value.detail

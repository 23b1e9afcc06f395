"""Both kinds of database, for tests of what happens at the same time."""

from __future__ import annotations

import os
from urllib.parse import quote

import psycopg.conninfo
import pytest

from conformance.errors import TargetError
from conformance.targets.postgres import fresh_database


@pytest.fixture(scope="session")
def postgresql():
    """URL of an empty PostgreSQL database, or a skip that says why."""
    given = os.environ.get("FITTRACKEE_POSTGRES_URL")
    try:
        opened = fresh_database(given, postgis=False)
        database = opened.__enter__()
    except TargetError as error:
        if os.environ.get("CI"):
            pytest.fail(error.message)
        pytest.skip(error.message)
    try:
        yield sqlalchemy_url(database.conninfo)
    finally:
        opened.__exit__(None, None, None)


def sqlalchemy_url(conninfo):
    """Write libpq's connection string as SQLAlchemy wants it."""
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    name = parts.pop("dbname")
    query = "&".join(f"{k}={quote(str(v), safe='')}" for k, v in parts.items())
    return f"postgresql+psycopg:///{name}?{query}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/reference.db"
    return request.getfixturevalue("postgresql")

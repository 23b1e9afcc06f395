"""Both kinds of database, and examples that CI can repeat."""

import contextlib
import os
import signal

import pytest
from hypothesis import settings

from conformance.errors import TargetError
from conformance.evidence import RECORDER
from conformance.processes.postgres import fresh_database
from conformance.targets.reference import sqlalchemy_url

# CI judges the commit, not the luck of its examples.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

# Whoever starts the tests in the background or with nohup has them ignore
# these; the processes that the tests send them to would inherit that.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        usual = number is signal.SIGINT and signal.default_int_handler
        with contextlib.suppress(ValueError):  # not in the main thread
            signal.signal(number, usual or signal.SIG_DFL)


@pytest.fixture(autouse=True)
def no_evidence_of_another_test():
    """Because a precondition that fails names the last exchange's actor."""
    RECORDER.fresh()


@pytest.fixture(scope="session")
def postgresql_url():
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


# One worker starts one PostgreSQL for all of them.
POSTGRESQL = pytest.param(
    "postgresql", marks=pytest.mark.xdist_group("postgresql")
)


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database_url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/reference.db"
    return request.getfixturevalue("postgresql_url")

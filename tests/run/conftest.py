"""Costly runs, made once for all the tests that look at them."""

import contextlib
import os

import pytest

from conformance import provision

from . import command, server


def provided(part):
    """Skip a test that needs a part which is missing; in CI, fail."""
    if lack := provision.PARTS[part].check():
        reason = f"{part} is missing: {lack.why}; {lack.remedy}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql():
    """PostgreSQL and PostGIS."""
    provided("postgresql")


@pytest.fixture(scope="session")
def browser():
    """A browser that starts."""
    provided("browser")


@pytest.fixture(scope="session")
def conforming(tmp_path_factory):
    """One scenario on the reference."""
    folder = tmp_path_factory.mktemp("conforming")
    return command.run(folder, "--requirement", command.ONE)


@pytest.fixture(scope="session")
def broken(tmp_path_factory):
    """The same scenario on a reference that lets codes be replayed."""
    folder = tmp_path_factory.mktemp("broken")
    return command.run(
        folder, "--requirement", command.ONE, "--fault", command.FAULT
    )


@pytest.fixture(scope="session")
def mixed(tmp_path_factory):
    """A run in which scenarios came to every verdict that there is."""
    folder = tmp_path_factory.mktemp("mixed")
    meddling = {
        **command.plugin("meddler"),
        "MEDDLE_VERDICTS": "fail warn error blocked unsupported",
    }
    return command.run(folder, *command.SOME, env=meddling)


@pytest.fixture
def serving(tmp_path):
    """Start references on ports of their own: a function of options."""
    with contextlib.ExitStack() as stack:
        yield lambda *words: stack.enter_context(
            server.serve(tmp_path, *words)
        )

"""The reference is compared with the newest FitTrackee, by response."""

from __future__ import annotations

import os
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from conformance.catalogue.releases import newest
from conformance.errors import TargetError
from conformance.reference import serve
from conformance.targets import parse

from .actors import Person, Remote, Server
from .comparison import Observer, differences

# One worker starts both servers once.
pytestmark = pytest.mark.xdist_group("comparison")

REASONS = Path(__file__).with_name("comparison_reasons.toml")
REAL = f"pip:fittrackee=={newest()}"


@pytest.fixture(scope="module")
def real():
    """Lines of the real FitTrackee; skips with the reason without one."""
    try:
        with parse(REAL).start() as instance:
            remote = Remote(instance.url)
            people = [
                Person(remote, user.email, user.password)
                for user in (instance.owner, instance.stranger)
            ]
            return Observer(*people).run()
    except TargetError as error:
        if os.environ.get("CI"):
            pytest.fail(error.message)
        pytest.skip(error.message)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    server = Server(f"sqlite:///{folder}/reference.db")
    with serve(server.reference) as url:
        remote = Remote(url)
        people = [remote.login(name) for name in ("owner", "stranger")]
        lines = Observer(*people).run()
    server.close()
    return lines


def reasons():
    return tomllib.loads(REASONS.read_text(encoding="utf-8"))["difference"]


def test_enough_is_compared(reference):
    assert len(reference) >= 150


def test_reference_never_fails(reference):
    failed = [n for n, line in reference.items() if line.status >= 500]
    assert failed == []


def test_reasons_are_about_requests_that_are_sent(reference):
    for entry in reasons():
        for pattern in entry["requests"]:
            assert any(fnmatchcase(n, quoted(pattern)) for n in reference)


def test_every_difference_has_its_reason(real, reference):
    differing = differences(real, reference)
    unexplained = {
        name: pair for name, pair in differing.items() if not explaining(name)
    }
    assert unexplained == {}
    unused = [
        pattern
        for entry in reasons()
        for pattern in entry["requests"]
        if not any(fnmatchcase(name, quoted(pattern)) for name in differing)
    ]
    assert unused == []


def explaining(name):
    """Return the entries that explain a difference."""
    return [
        entry
        for entry in reasons()
        if any(fnmatchcase(name, quoted(p)) for p in entry["requests"])
    ]


def quoted(pattern):
    """Return a glob pattern in which only * is special."""
    return pattern.replace("[", "[[]").replace("?", "[?]")

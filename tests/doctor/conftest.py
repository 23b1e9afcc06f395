"""Fixtures: a reference behind real proxies, examined by the doctor."""

import contextlib
import os
from urllib.parse import urlsplit

import pytest

from conformance import proxies
from conformance.doctor import Subject, diagnose
from conformance.proxies import SetUp
from conformance.reference import ReferenceServer, User, serve
from conformance.targets import users

ALWAYS = ("nginx", "caddy", "apache", "haproxy")
GOOD = SetUp(redirect_status=308)


def present(name):
    """Skip a test that needs a proxy which is missing; in CI, fail."""
    proxy = proxies.get(name)
    if not proxy.find():
        reason = f"{proxy.title} is missing; run: {proxy.install}"
        if os.environ.get("CI") and name in ALWAYS:
            pytest.fail(reason)
        pytest.skip(reason)
    return proxy


def names(result):
    """Return the names of the causes that were found, in order."""
    return [finding.cause.name for finding in result.findings]


@pytest.fixture(scope="session")
def people():
    return users.new_users()


@pytest.fixture(scope="session")
def reference(people, tmp_path_factory):
    """URL of a reference that counts requests by client address."""
    file = tmp_path_factory.mktemp("reference") / "data.sqlite"
    server = ReferenceServer(
        f"sqlite:///{file}",
        [User(u.name, u.email, u.password) for u in people],
        contract="1.3",  # whose session is in cookies
        rate_limit="100000 per 1 day",
    )
    with contextlib.closing(server), serve(server) as url:
        yield url


@pytest.fixture
def behind(reference):
    """Return a function that puts a proxy in front of the reference."""
    with contextlib.ExitStack() as stack:
        yield lambda proxy, set_up=GOOD, **options: stack.enter_context(
            proxies.put_up(proxy, reference, set_up, **options)
        )


@pytest.fixture
def examined(people):
    """Return a function that diagnoses a front."""

    def examine(front, *, anonymous=False):
        plain = urlsplit(front.http_url).port
        user = None if anonymous else people.owner
        return diagnose(Subject(front.url, front.reach, user, plain))

    return examine


def answer(status, body=b"", **headers):
    """Return a response as ``answering`` takes it."""
    return status, {k.replace("_", "-"): v for k, v in headers.items()}, body


@pytest.fixture
def app(answering):
    """Return a function that serves a view and returns its port.

    The view takes a request and returns (status, headers, body).
    """
    with contextlib.ExitStack() as stack:
        yield lambda function: stack.enter_context(answering(function)).port

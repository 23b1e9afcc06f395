"""References behind real proxies, and what the doctor says of them."""

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


def names(found):
    return [finding.cause.name for finding in found.findings]


@pytest.fixture(scope="session")
def people():
    return users.made_up()


@pytest.fixture(scope="session")
def reference(people, tmp_path_factory):
    """URL of a reference whose rate limit shows addresses."""
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
    """Put a proxy in front of the reference; a function."""
    with contextlib.ExitStack() as stack:
        yield lambda proxy, set_up=GOOD, **options: stack.enter_context(
            proxies.put_up(proxy, reference, set_up, **options)
        )


@pytest.fixture
def examined(people):
    """Examine what stands behind a front; a function."""

    def examine(front, *, anonymous=False):
        plain = urlsplit(front.http_url).port
        user = None if anonymous else people.owner
        return diagnose(Subject(front.url, front.reach, user, plain))

    return examine


def answer(status, body=b"", **headers):
    return status, {k.replace("_", "-"): v for k, v in headers.items()}, body


@pytest.fixture
def app(answering):
    """Serve a function from a request to (status, headers, body)."""
    with contextlib.ExitStack() as stack:
        yield lambda function: stack.enter_context(answering(function)).port

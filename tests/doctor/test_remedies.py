"""The lines of each remedy do away with what they are for.

Each proxy is really run twice: with the lines to take out in an otherwise
good configuration, and with the lines to write in their place.
"""

import pytest

from conformance.doctor.examination import SERVERS, causes
from conformance.proxies import SetUp

from .conftest import ALWAYS, present
from .writing import configuration

# What a configuration alone cannot bring about; tested elsewhere.
ELSEWHERE = {
    "certificate-expired": "its lines are in every configuration here",
    "certificate-name": "its lines are in every configuration here",
    "certificate-untrusted": "its lines are in every configuration here",
    "certificate-ends": "its lines are in every configuration here",
    "loopback-name": "there is no proxy",
    "clock-skew": "it is no proxy's fault",
    "plain-oauth": "its remedy is that of plain-offered",
    "redirect-astray": "its remedy is that of plain-offered",
    "redirect-loses-post": "its remedy is that of plain-offered",
    "sub-path": "its remedy is another address",
}
# What cannot be seen behind one proxy, or does not exist in it.
NOT_WITH = {
    ("apache", "host-lost"): "Apache merges slashes",
    ("apache", "scheme-excused"): "Apache merges slashes",
    ("apache", "body-limited"): "Apache takes what it then refuses",
    ("caddy", "body-limited"): "Caddy takes what it then refuses",
    ("caddy", "tls-old"): "Caddy speaks no older TLS",
}
CASES = [
    (name, cause)
    for name in ALWAYS
    for cause in causes()
    if cause not in ELSEWHERE and (name, cause) not in NOT_WITH
]


@pytest.fixture
def written(behind, examined):
    """Examine what stands behind a configuration; a function."""

    def examine(name, cause="", *, broken=False):
        proxy = present(name)

        class Written(type(proxy)):
            def render(self, set_up, place):
                return configuration(
                    name, place, proxy.settings(), cause, broken=broken
                )

        return examined(behind(Written(), SetUp()))

    return examine


@pytest.mark.parametrize("name", ALWAYS)
def test_remedies_together_are_a_good_configuration(name, written):
    found = written(name)
    assert (found.findings, found.notes) == ([], [])


@pytest.mark.parametrize(("name", "cause"), CASES)
def test_remedy_does_away_with_its_cause(name, cause, written):
    broken = written(name, cause, broken=True)
    [first, *_] = broken.findings or broken.notes
    assert first.cause.remedies == causes()[cause].remedies
    remedied = written(name, cause)
    assert (remedied.findings, remedied.notes) == ([], [])


def test_every_cause_has_a_remedy_for_every_proxy():
    for cause in causes().values():
        servers = set(cause.remedies)
        assert servers in ({*SERVERS} - {"machine"}, {"machine"}), cause.name
        for server, remedy in cause.remedies.items():
            some = remedy.lines or remedy.instead_of
            assert some or remedy.where.startswith("nothing to change"), (
                cause.name,
                server,
            )


def test_what_is_said_of_a_cause_is_whole():
    for cause in causes().values():
        assert cause.title.endswith(".")
        assert cause.means.endswith(".")
        assert "\n" not in cause.title + cause.means
        assert set(cause.explains) <= set(causes())
    assert set(ELSEWHERE) <= set(causes())

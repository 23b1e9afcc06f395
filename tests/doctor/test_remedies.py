"""The lines of each remedy fix their cause.

Each proxy is run twice: with the lines to remove in an otherwise correct
configuration, and with the lines that replace them.
"""

import pytest

from conformance.doctor.examination import SERVERS, causes
from conformance.proxies import SetUp

from .conftest import ALWAYS, present
from .writing import configuration

# Causes that a configuration alone cannot produce; tested elsewhere.
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
# Causes that cannot be detected behind a proxy, or do not exist in it.
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
    """Return a function that diagnoses a proxy with a configuration."""

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
def test_all_remedies_are_a_correct_configuration(name, written):
    result = written(name)
    assert (result.findings, result.notes) == ([], [])


@pytest.mark.parametrize(("name", "cause"), CASES)
def test_remedy_fixes_its_cause(name, cause, written):
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
            lines = remedy.lines or remedy.instead_of
            assert lines or remedy.where.startswith("nothing to change"), (
                cause.name,
                server,
            )


def test_texts_of_causes_are_sentences():
    for cause in causes().values():
        assert cause.title.endswith(".")
        assert cause.means.endswith(".")
        assert "\n" not in cause.title + cause.means
        assert set(cause.explains) <= set(causes())
    assert set(ELSEWHERE) <= set(causes())

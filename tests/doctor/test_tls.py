"""Checks of certificates and TLS versions."""

import datetime as dt
import socket
import ssl
import threading

import pytest
import trustme

from conformance.doctor import Subject, diagnose, tls
from conformance.doctor.examination import Examination
from conformance.errors import TargetError
from conformance.instance import ready
from conformance.instance.reach import Reach
from conformance.proxies import SetUp, front
from conformance.proxies.authority import Authority
from conformance.proxies.set_up import fixed

from .conftest import names, present

NAME = "fittrackee.test"


def issued(folder, name=NAME, days=90, *, stranger=False):
    """Return a certificate and an authority, which ``stranger`` mismatches."""
    mine = trustme.CA()
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    begins = ends - dt.timedelta(days=90)
    leaf = mine.issue_cert(name, not_before=begins, not_after=ends)
    own, certificate, key, both = (
        folder / f for f in ("ca", "leaf", "key", "both")
    )
    trusted = trustme.CA() if stranger else mine
    trusted.cert_pem.write_to_path(own)
    leaf.cert_chain_pems[0].write_to_path(certificate)
    leaf.private_key_pem.write_to_path(key)
    leaf.private_key_and_cert_chain_pem.write_to_path(both)
    return Authority(own, certificate, key, both)


@pytest.fixture
def shown(behind, monkeypatch):
    """Return ``behind``, which here waits without verifying certificates."""
    waited = front._wait

    def wait(reach, url, service):
        waited(tls.Unverified(reach.address), url, service)

    monkeypatch.setattr(front, "_wait", wait)
    return behind


BAD = {
    "certificate-expired": {"days": -1},
    "certificate-name": {"name": "other.test"},
    "certificate-untrusted": {"stranger": True},
    "certificate-ends": {"days": 5},
}


@pytest.mark.parametrize("cause", BAD)
def test_certificate(cause, shown, examined, tmp_path):
    evidence = shown(
        present("nginx"), authority=issued(tmp_path, **BAD[cause])
    )
    result = examined(evidence)
    assert names(result) == [cause]
    # No password is sent over a connection that is not trusted.
    logged_in = any("X-CSRF-TOKEN gets" in line for line in result.passed)
    assert logged_in == (cause == "certificate-ends")
    assert result.version == "1.3.6"


def test_other_causes_are_found_behind_an_invalid_certificate(
    shown, examined, tmp_path
):
    set_up = SetUp(redirect_status=308, proto=fixed("http"))
    authority = issued(tmp_path, days=-1)
    evidence = shown(present("nginx"), set_up, authority=authority)
    assert names(examined(evidence)) == ["certificate-expired", "scheme-wrong"]


def test_wrong_name_is_shown(shown, examined, tmp_path):
    authority = issued(tmp_path, name="other.test")
    [finding] = examined(shown(present("caddy"), authority=authority)).findings
    assert finding.evidence == "it is valid for other.test"


def test_versions_that_this_machine_cannot_offer(monkeypatch, tmp_path):
    """They are unknown, neither accepted nor refused."""
    with SpeakingTls(tmp_path) as (url, reach):
        error = ssl.SSLError(1, "no protocols available")
        error.reason = "NO_PROTOCOLS_AVAILABLE"

        def connect(self, *_):
            raise error

        monkeypatch.setattr(tls.Unverified, "connect", connect)
        result = Examination(url)
        tls._versions(url, reach, result)
    assert names(result) == []
    assert "TLS 1.0 or TLS 1.1" in result.unchecked[0]


class SpeakingTls:
    """A server that sends nothing after the handshake."""

    def __init__(self, folder):
        self.authority = issued(folder)

    def __enter__(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority.both)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, args=(context,))
        self.thread.start()
        port = self.socket.getsockname()[1]
        reach = Reach("127.0.0.1", str(self.authority.own))
        return f"https://{NAME}:{port}", reach

    def serve(self, context):
        self.kept = []
        while True:
            try:
                connection, _ = self.socket.accept()
                self.kept.append(context.wrap_socket(connection, True))
            except ssl.SSLError:
                continue
            except OSError:
                return

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)
        for connection in self.kept:
            connection.close()


def test_server_that_hangs_after_the_handshake(monkeypatch, tmp_path):
    monkeypatch.setattr(ready, "ANSWER_SECONDS", 0.5)
    with (
        SpeakingTls(tmp_path) as (url, reach),
        pytest.raises(TargetError, match=r"no response within 0.5 s"),
    ):
        diagnose(Subject(url, reach))

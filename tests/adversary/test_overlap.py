"""Whether two requests are in the server together is found out soundly."""

import contextlib
import json
import socket
import ssl
import threading
import time

import pytest

from conformance.adversary.races import overlap as module
from conformance.adversary.races.overlap import SERIAL, TOO_QUICK, Overlap
from conformance.errors import Blocked, Limited, Unsupported
from conformance.evidence import Recorder
from conformance.instance import Credentials, Instance
from conformance.instance.connection import connect
from conformance.instance.reach import Reach
from conformance.proxies.authority import Authority
from conformance.reference import ReferenceServer, User, serve

OWNER = Credentials("owner@example.com", "pass word of the owner")
HOST = "fittrackee.test"


class Server:
    """A login that takes its time, and a ping that does not."""

    def __init__(
        self, *, together, slow, login=200, ping=200, tls=None, lingers=False
    ):
        self.together, self.slow, self.lingers = together, slow, lingers
        self.status = {"POST": login, "GET": ping}
        self.tls, self.got = tls, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            if self.together:
                threading.Thread(
                    target=self.serve, args=(connection,), daemon=True
                ).start()
            else:
                self.serve(connection)

    def serve(self, connection):
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            method = request.partition(b" ")[0].decode()
            self.got.append(request.partition(b"\r\n")[0].decode())
            if method == "POST":
                time.sleep(self.slow)
            head = f"HTTP/1.1 {self.status[method]} X\r\nContent-Length: 2"
            connection.sendall(f"{head}\r\n\r\n{{}}".encode())
            if self.lingers:  # as gunicorn does from 26 on
                connection.settimeout(2)
                connection.recv(1)


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def found(recorder, tmp_path):
    """Find out about a server of some kind."""
    with contextlib.ExitStack() as stack:

        def find(*, tls=False, **kind):
            reach, url = Reach(), "http://127.0.0.1"
            if tls:
                authority = Authority.made(tmp_path, HOST)
                tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                tls.load_cert_chain(authority.both)
                url = f"https://{HOST}"
                reach = Reach("127.0.0.1", str(authority.own))
            server = Server(tls=tls or None, **kind)
            stack.callback(server.listener.close)
            url = f"{url}:{server.port}"
            instance = Instance("url", url, url, "", OWNER, reach=reach)
            overlap = Overlap(connect(instance), recorder=recorder, timeout=5)
            overlap.prove()
            overlap.server = server
            return overlap

        yield find


@pytest.mark.parametrize("tls", [False, True])
def test_a_quick_request_overtakes_a_slow_one(found, recorder, tls):
    overlap = found(together=True, slow=0.4, tls=tls)
    assert overlap.problem is None
    [told] = recorder.current.observations
    assert told == "a quick request overtook a slow one in 2 of 2 attempts"


@pytest.mark.parametrize("tls", [False, True])
def test_nothing_overtakes_where_one_is_served_at_a_time(found, tls):
    problem = found(together=False, slow=0.4, tls=tls).problem
    assert isinstance(problem, Unsupported)
    assert str(problem) == SERIAL


def test_two_attempts_are_enough_when_they_agree(found):
    for together in (True, False):
        server = found(together=together, slow=0.4).server
        assert [r.split(" ")[0] for r in server.got] == ["POST", "GET"] * 2


def test_no_worker_is_kept_waiting_for_a_client_to_close(found):
    began = time.monotonic()
    overlap = found(together=False, slow=0.3, lingers=True)
    assert str(overlap.problem) == SERIAL
    assert time.monotonic() - began < 2


def test_no_cache_can_answer_the_quick_request(found):
    asked = found(together=True, slow=0.4).server.got[1::2]
    assert len(set(asked)) == 2
    assert all(line.startswith("GET /api/ping?") for line in asked)


def test_a_quicker_login_is_given_less_of_a_lead(found):
    overlap = found(together=True, slow=0.12)
    assert overlap.problem is None
    assert len(overlap.server.got) == 6  # the first attempt told nothing


def test_a_login_too_quick_proves_nothing(found):
    problem = found(together=False, slow=0).problem
    assert isinstance(problem, Unsupported)
    assert str(problem) == TOO_QUICK


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ({"login": 401}, "control of the race: the slow request got 401"),
        ({"login": 500}, "got 500"),
        ({"ping": 404}, "control of the race: a ping got 404"),
        ({"login": 429}, "rate limit"),
    ],
)
def test_a_control_that_fails_blocks(found, kind, told):
    problem = found(together=True, slow=0.3, **kind).problem
    assert isinstance(problem, Blocked)
    assert not isinstance(problem, Limited)
    assert told in str(problem)


def test_nobody_there_blocks(recorder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    instance = Instance("url", url, url, "", OWNER)
    overlap = Overlap(connect(instance), recorder=recorder)
    overlap.prove()
    assert isinstance(overlap.problem, Blocked)


def test_each_scenario_shows_the_proof_which_counts_once(found, recorder):
    overlap = found(together=True, slow=0.4)
    first = recorder.current
    assert recorder.http_requests == first.http_requests == 4
    second = recorder.fresh()
    overlap.prove()
    assert len(overlap.server.got) == 4
    assert (recorder.http_requests, second.http_requests) == (4, 0)
    for evidence in (first, second):
        urls = [e.request.url.partition("?")[0] for e in evidence.exchanges]
        assert [u.rpartition("/")[2] for u in urls] == ["ping", "login"] * 2
        assert {e.actor for e in evidence.exchanges} == {"race control"}
        assert OWNER.password not in json.dumps(evidence.to_plain())
    assert first.observations == second.observations


@pytest.mark.parametrize(("threads", "problem"), [(4, None), (1, SERIAL)])
def test_the_reference_holds_a_request(tmp_path, recorder, threads, problem):
    server = ReferenceServer(
        f"sqlite:///{tmp_path / 'db.sqlite'}",
        users=[User("owner", OWNER.email, OWNER.password)],
        control_key="opens the channel",
    )
    with contextlib.closing(server), serve(server, threads=threads) as url:
        instance = Instance(
            "reference", url, url, "", OWNER, control_key="opens the channel"
        )
        overlap = Overlap(connect(instance), recorder=recorder)
        overlap.prove()
    told = overlap.problem and str(overlap.problem)
    assert told == problem
    urls = [e.request.url for e in recorder.current.exchanges]
    assert any(url.endswith(module.HOLD) for url in urls)
    assert "opens the channel" not in json.dumps(recorder.current.to_plain())

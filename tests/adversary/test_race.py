"""Requests of a race are under way at the same moment, and all recorded."""

import socket
import threading
import time
from functools import partial

import httpx
import pytest

from conformance.adversary.budget import Budget
from conformance.adversary.races.overlap import SERIAL, Overlap
from conformance.adversary.races.race import ROUNDS, Race
from conformance.errors import Blocked, Unsupported
from conformance.evidence import Recorder
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.instance.raw_http import RawConnection

SECRET = "SuperSecretValue1234"
OK = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}"
LIMITED = "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"


class Together(Overlap):
    """Has found out already, and shows nothing."""

    def prove(self):
        pass


class Server:
    """Answers when as many requests have come as are expected."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/base"
        self.all_there = threading.Barrier(1)
        self.answer = self.body_back
        threading.Thread(target=self.accept, daemon=True).start()

    def expect(self, requests):
        self.all_there = threading.Barrier(requests)

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self.serve, args=(connection,), daemon=True
            ).start()

    def serve(self, connection):
        with connection:
            connection.settimeout(5)
            head, _, body = self.read(connection).partition("\r\n\r\n")
            try:
                self.all_there.wait(5)
            except threading.BrokenBarrierError:
                return
            connection.sendall(self.answer(head, body).encode())

    @staticmethod
    def read(connection):
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65536)
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        lengths = [line[15:] for line in lines if "content-length" in line]
        while lengths and len(body) < int(lengths[0]):
            body += connection.recv(65536)
        return f"{head.decode()}\r\n\r\n{body.decode()}"

    @staticmethod
    def body_back(head, body):
        shown = f"{head.splitlines()[0]} {body}"
        return OK.format(len(shown), shown)


@pytest.fixture
def server():
    started = Server()
    yield started
    started.listener.close()


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def race(server, recorder):
    return racing(server.url, recorder)


def racing(
    url, recorder, *, own=True, read_only=False, examples=None, **options
):
    instance = Instance(
        "url", url, url, "", Credentials("e", "p"), disposable=own
    )
    transport = RecordingTransport(
        httpx.HTTPTransport(), recorder=recorder, read_only=read_only
    )
    wire = Connection(instance, transport)
    overlap = Together(wire, recorder=recorder)
    budget = Budget(examples=examples)
    return Race(wire, budget, overlap=overlap, recorder=recorder, **options)


def verbs(race, *bodies):
    client = race._wire.client("app")
    return [partial(client.post, "/x?y=1", data={"a": b}) for b in bodies]


def test_requests_are_under_way_together(server, race):
    """Sent one after the other, the first would wait for ever."""
    server.expect(8)
    answers = race.same(*verbs(race, "1"))
    assert [a.status_code for a in answers] == [200] * 8


def test_last_bytes_go_when_all_else_is_there(server, race, monkeypatch):
    sent = []
    send = RawConnection.send

    def remember(connection, data):
        sent.append(len(data))
        send(connection, data)

    monkeypatch.setattr(RawConnection, "send", remember)
    race.run(verbs(race, "1", "2", "3"))
    assert sent[3:] == [1, 1, 1]
    assert min(sent[:3]) > 1


def test_answers_keep_the_order_of_the_verbs(server, race, recorder):
    server.expect(3)
    answers = race.run(verbs(race, "1", "2", "3"))
    assert [a.text for a in answers] == [
        f"POST /base/x?y=1 HTTP/1.1 a={n}" for n in (1, 2, 3)
    ]
    seen = recorder.current.exchanges
    assert [e.request.body for e in seen] == ["a=1", "a=2", "a=3"]
    assert {e.actor for e in seen} == {"app"}
    assert recorder.http_requests == 3


def test_request_without_a_body(server, race):
    client = race._wire.client("owner")
    (answer,) = race.run([partial(client.delete, "/apps/1")])
    assert answer.text == "DELETE /base/apps/1 HTTP/1.1 "


def test_secrets_are_redacted(server, race, recorder):
    client = race._wire.client("app")
    form = {"client_secret": SECRET}
    race.run([partial(client.post, "/t", data=form)] * 2)
    first, second = (e.request.body for e in recorder.current.exchanges)
    assert first == second == "client_secret=client_secret#1"
    assert SECRET not in str(recorder.current.to_plain())


def test_headers_of_the_request_are_sent(server, race):
    client = race._wire.client("app")
    got = []

    def remember(head, body):
        got.append(head.lower())
        return Server.body_back(head, body)

    server.answer = remember
    race.run([partial(client.get, "/", headers={"Authorization": "Bearer t"})])
    assert got[0].count("\r\nauthorization: bearer t") == 1
    assert got[0].count("\r\nhost:") == 1
    assert got[0].count("\r\nconnection:") == 1


class Lingering:
    """Serves one connection after the other, each until its client closes.

    So does gunicorn from 26 on, for two seconds at most.
    """

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                Server.read(connection)
                connection.sendall(OK.format(0, "").encode())
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)


def test_each_connection_ends_with_its_answer(recorder):
    server = Lingering()
    race = racing(server.url, recorder, timeout=4)
    began = time.monotonic()
    answers = race.same(*verbs(race, "1"))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert time.monotonic() - began < 2
    server.listener.close()


def test_all_is_recorded_when_one_gets_no_answer(server, race, recorder):
    server.answer = lambda _, body: "" if body == "a=1" else OK.format(0, "")
    with pytest.raises(Blocked, match="got no response"):
        race.run(verbs(race, "1", "2"))
    first, second = recorder.current.exchanges
    assert "BadStatusLine" in first.error or "Disconnected" in first.error
    assert second.response.status == 200


class Apart(Together):
    """Has found out that one request is served at a time."""

    def __init__(self, *words, **options):
        super().__init__(*words, **options)
        self.problem = Unsupported(SERIAL)


def test_a_server_of_one_at_a_time_gets_one_round(server, race):
    race._overlap = Apart(race._wire)
    assert list(race.turns([])) == [0]
    with pytest.raises(Unsupported, match="one request at a time"):
        race.prove_overlap()


def test_rate_limit_blocks(server, race, recorder):
    server.answer = lambda *_: LIMITED
    with pytest.raises(Blocked, match="in 7 seconds"):
        race.run(verbs(race, "1", "2"))
    assert len(recorder.current.exchanges) == 2


def test_no_answer_blocks(server, race):
    server.answer = lambda *_: ""
    with pytest.raises(Blocked, match="got no response"):
        race.run(verbs(race, "1"))


def test_late_answer_blocks(server, recorder):
    server.expect(2)  # and one comes
    race = racing(server.url, recorder, timeout=0.3)
    with pytest.raises(Blocked, match=r"no response within 0\.3 s"):
        race.run(verbs(race, "1"))


def test_nobody_there_blocks(recorder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    race = racing(f"http://127.0.0.1:{port}", recorder)
    with pytest.raises(Blocked, match="at once"):
        race.run(verbs(race, "1"))


def test_read_only_run_does_not_race(server, recorder):
    race = racing(server.url, recorder, read_only=True)
    with pytest.raises(Unsupported, match="read-only"):
        race.run(verbs(race, "1"))
    assert recorder.http_requests == 0


@pytest.mark.parametrize(("turn", "place"), [(0, 1), (1, 2), (2, 0), (3, 1)])
def test_end_moves_among_the_uses(server, race, turn, place):
    order = []
    client = race._wire.client("app")

    def say(name):
        order.append(name)
        return client.get(f"/{name}")

    uses = [partial(say, "use")] * 2
    ended, answers = race.against(partial(say, "end"), uses, turn)
    assert order.index("end") == place
    assert "/base/end" in ended.text
    assert len(answers) == 2


def test_rounds_end_with_what_was_found(server, race, recorder):
    counts = []
    for turn in race.turns(counts, most=1):
        race.run(verbs(race, f"{turn}"))
        counts.append([1, 1, 2, 1][turn])
    assert counts == [1, 1, 2]
    (last,) = recorder.current.exchanges
    assert last.request.body == "a=2"
    assert race.summary(counts) == (
        "winners in each of 3 rounds of 8 requests: 1 1 2"
    )


def test_rounds_without_a_find(race):
    assert list(race.turns([0])) == list(range(ROUNDS))


@pytest.mark.parametrize(
    ("own", "examples", "connections", "rounds"),
    [
        (True, None, 8, 8),
        (True, 2000, 8, 400),
        (True, 1, 8, 1),
        (False, None, 4, 3),
        (False, 2000, 4, 3),
    ],
)
def test_race_is_modest_where_others_are_served(
    server, recorder, own, examples, connections, rounds
):
    race = racing(server.url, recorder, own=own, examples=examples)
    assert (race.connections, race.rounds) == (connections, rounds)

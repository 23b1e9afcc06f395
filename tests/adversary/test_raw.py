"""Hand-made requests reach a real server, and leave their evidence."""

import socket
import threading

import pytest

from conformance.evidence import Recorder
from conformance.evidence.octets import to_bytes
from conformance.instance import Credentials, Instance
from conformance.instance.raw_http import RawConnection, request_bytes


@pytest.fixture
def talk():
    """A server that answers each connection with given bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers, got = [], []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                got.append(connection.recv(65536))
                if answers:
                    connection.sendall(answers.pop(0))

    threading.Thread(target=serve, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    yield Instance("url", url, url, "", Credentials("e", "p")), answers, got
    listener.close()


def test_bytes_arrive_as_they_are(talk):
    instance, answers, got = talk
    answers.append(b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi")
    recorder = Recorder()
    sent = request_bytes(instance, "POST", "/x?y", content=b"a=\xff")
    with RawConnection(instance, "app", recorder=recorder) as connection:
        connection.send(sent)
        answer = connection.answer()
    assert got == [sent]
    assert (answer.status_code, answer.text) == (200, "hi")
    (exchange,) = recorder.current.exchanges
    assert exchange.request.method == "POST"
    assert exchange.request.url == f"{instance.url}/x?y"
    assert exchange.request.body == "a=\udcff"
    assert exchange.response.status == 200
    assert recorder.http_requests == 1


def test_any_bytes_in_an_answer_are_kept(talk):
    instance, answers, _ = talk
    answers.append(
        b"HTTP/1.1 200 OK\r\nX-A: \xff\xc3\xa9\r\n"
        b"Content-Type: text/plain; charset=idna\r\n"
        b"Content-Length: 2\r\n\r\n\xffa"
    )
    recorder = Recorder()
    with RawConnection(instance, "app", recorder=recorder) as connection:
        connection.send(request_bytes(instance, "GET", "/"))
        assert connection.answer().text == "\ufffda"
    (exchange,) = recorder.current.exchanges
    assert ("X-A", "\udcff\xe9") in exchange.response.headers


def test_an_answer_that_cannot_be_unpacked_is_none(talk):
    instance, answers, _ = talk
    answers.append(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
        b"Content-Length: 2\r\n\r\nhi"
    )
    recorder = Recorder()
    with RawConnection(instance, "app", recorder=recorder) as connection:
        connection.send(request_bytes(instance, "GET", "/"))
        assert connection.answer() is None
    assert "DecodingError" in recorder.current.exchanges[0].error


def test_what_is_no_http_is_kept_whole(talk):
    instance, _, _ = talk
    recorder = Recorder()
    sent = b"\xffGET / HTTP/1.1\r\nX-A :\xff\r\n\r\n"
    with RawConnection(instance, "app", recorder=recorder) as connection:
        connection.send(sent)
        connection.answer()
    (exchange,) = recorder.current.exchanges
    assert to_bytes(exchange.request.raw) == sent


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n"])
def test_no_answer_is_none(talk, answer):
    instance, answers, _ = talk
    answers.append(answer)
    recorder = Recorder()
    with RawConnection(instance, "app", recorder=recorder) as connection:
        connection.send(request_bytes(instance, "GET", "/"))
        assert connection.answer() is None
    assert recorder.current.exchanges[0].error


def test_silence_ends_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        instance = Instance("url", url, url, "", Credentials("e", "p"))
        recorder = Recorder()
        with RawConnection(
            instance, "app", recorder=recorder, timeout=0.2
        ) as connection:
            connection.send(b"GET / HTTP/1.1\r\n")
            with pytest.raises(TimeoutError):
                connection.answer()
    assert recorder.current.exchanges[0].error == "no response within 0.2 s"


def test_secrets_in_hand_made_requests_are_redacted(talk):
    instance, answers, _ = talk
    answers.append(b"HTTP/1.1 204 No\r\n\r\n")
    recorder = Recorder()
    body = b"client_secret=SuperSecretValue1234"
    with RawConnection(instance, "app", recorder=recorder) as connection:
        connection.send(request_bytes(instance, "POST", "/", content=body))
        connection.answer()
    (exchange,) = recorder.current.exchanges
    assert exchange.request.body == "client_secret=client_secret#1"

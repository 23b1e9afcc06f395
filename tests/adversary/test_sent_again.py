"""The command in the report sends the very bytes that a hunt sent."""

import shutil
import socket
import subprocess
import sys
import threading

import pytest

from conformance.actors.app import App
from conformance.actors.owner import Owner
from conformance.adversary.malformed.authorization_header import (
    MalformedHeader,
)
from conformance.adversary.malformed.edits import Edit
from conformance.adversary.malformed.forms import Change, MalformedForm
from conformance.adversary.malformed.http_messages import MalformedMessage
from conformance.adversary.malformed.json_bodies import MalformedJson, Member
from conformance.adversary.malformed.mutations import KINDS
from conformance.evidence import Recorder
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.instance.raw_http import RawConnection, request_bytes
from conformance.instance.session import Session
from conformance.report import text
from conformance.report.curl import curl_command

from .canned import CLIENT

ANSWER = b"HTTP/1.1 400 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PERSON = Credentials("owner@example.com", "correct horse battery")
SEVERAL = MalformedForm(
    (
        Change("code", "after", "\ud800\udcff\0\r\n'\"$(id)`\\ é"),
        Change("redirect_uri", "unescaped", "\udcff"),
        Change("client_id", "moved"),
        Change("state", "added", "%z"),
    )
)
MADE_UP = ["\udcff", "\ud800", "\udced\udca0\udc80", "é'\\x"]
CASES = {
    "query": ("list", MalformedForm((Change("page", "instead", "\ud800%z"),))),
    "broken query": (
        "list",
        MalformedForm(
            (Change("page", "unescaped", "\udcff"), Change("page", "moved"))
        ),
    ),
    "path": ("app", (Edit("after", "\udcff{}[]"), False)),
    "form": ("revocation", SEVERAL),
    **{
        wrapping: ("revocation", MalformedForm(SEVERAL.changes[:2], wrapping))
        for wrapping in ("JSON", "parts", "files", "compressed", "no type")
    },
    "JSON": (
        "login",
        MalformedJson((Member("email", ["\udcff", {"a": 1e999}], "value"),)),
    ),
    "JSON not escaped": (
        "login",
        MalformedJson(
            (Member("email", "\ud800\udcff\0é", "value"),), "not escaped"
        ),
    ),
    "JSON with NUL": ("login", MalformedJson((), "a NUL after it")),
    "UTF-16": ("login", MalformedJson((), "UTF-16")),
    **{
        f"header {made_up!a}": (
            "bearer",
            MalformedHeader(Edit("after", made_up)),
        )
        for made_up in MADE_UP
    },
}
VARIABLES = {
    "CLIENT_SECRET_1": CLIENT["client_secret"],
    "ACCESS_TOKEN_1": "access-token-0123456789",
    "TOKEN_1": "access-token-0123456789",
    "PASSWORD_1": PERSON.password,
}


class Sink:
    """Takes every byte of each connection, and refuses it."""

    def __init__(self):
        self.got = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self.got.append(self._request(connection))
                connection.sendall(ANSWER)

    def _request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := connection.recv(65536)):
                return data
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        fields = [line.lower().split(b":", 1) for line in head.split(b"\r\n")]
        length = next((int(f[1]) for f in fields if f[0] == LENGTH), 0)
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def close(self):
        self._socket.close()


LENGTH = b"content-length"
THEIR_OWN = (b"accept", b"connection", b"user-agent", b"host")


@pytest.fixture
def sink():
    made = Sink()
    yield made
    made.close()


@pytest.fixture
def recorder(monkeypatch):
    own = Recorder()
    monkeypatch.setattr(
        "conformance.adversary.malformed.endpoints.RECORDER", own
    )
    return own


def parts(data):
    """Return request line, headers and body, without what differs."""
    head, _, body = data.partition(b"\r\n\r\n")
    line, *rest = head.split(b"\r\n")
    headers = sorted(
        name.lower() + b":" + value.strip()
        for name, _, value in (row.partition(b":") for row in rest)
        if not name.lower().startswith(THEIR_OWN)
    )
    return line, headers, body


NETCAT = f"""#!{sys.executable}
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as there:
    there.sendall(sys.stdin.buffer.read())
    there.recv(99)
"""


def run(command, sink, *path):
    done = subprocess.run(
        ["sh", "-c", command],
        env={
            **VARIABLES,
            "FITTRACKEE_URL": f"http://127.0.0.1:{sink.port}",
            "NO_PROXY": "*",
            "PATH": ":".join([*map(str, path), "/usr/bin:/bin"]),
        },
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("case", CASES)
def test_curl_sends_the_same_bytes(case, sink, recorder):
    name, example = CASES[case]
    url = f"http://127.0.0.1:{sink.port}"
    instance = Instance("url", "sink", url, "", PERSON)
    inner = instance.reach.transport()
    wire = Connection(instance, RecordingTransport(inner, recorder=recorder))
    session = Session(wire.client("owner"), PERSON)
    session._token, session._ends = VARIABLES["ACCESS_TOKEN_1"], 9e9
    owner = Owner(wire, session, "fc-1")
    app = App(wire.client("app"), CLIENT)
    it = KINDS[name].endpoint(owner, lambda: app)
    it._token = VARIABLES["ACCESS_TOKEN_1"]
    it._tokens = type("Tokens", (), {"access_token": it._token})
    answer = it.send(example)
    assert answer.response is not None, answer.error

    request = recorder.current.exchanges[-1].request
    command = curl_command(request, url)
    assert command.startswith(("curl", "printf")), command
    for secret in VARIABLES.values():
        assert secret not in command
    run(command, sink)

    first, second = sink.got
    assert parts(second) == parts(first)


def test_malformed_wire_is_sent_again(sink, recorder, tmp_path):
    (tmp_path / "nc").write_text(NETCAT)
    (tmp_path / "nc").chmod(0o755)
    url = f"http://127.0.0.1:{sink.port}"
    instance = Instance("url", "sink", url, "", PERSON)
    good = request_bytes(
        instance,
        "GET",
        "/x",
        headers={"Authorization": f"Bearer {VARIABLES['ACCESS_TOKEN_1']}"},
    )
    data = MalformedMessage("text for a value", "\udcff\ud800\0%s\\'").apply(
        good
    )
    with RawConnection(instance, "wire", recorder=recorder) as connection:
        connection.send(data)
        connection.answer()
    request = recorder.current.exchanges[-1].request
    assert "access_token#1" in request.raw
    run(curl_command(request, url), sink, tmp_path)
    assert sink.got == [data, data]


def test_the_page_tells_a_byte_from_what_looks_like_one():
    shown = str(text.shown("\\xff \udcff"))
    assert shown == '\\xff <b class="no" title="not UTF-8">\\xff</b>'
    assert "␍␊\n" in text.raw("GET / HTTP/1.1\r\n")
    assert "a␊\n" in text.raw("a\nb")


@pytest.mark.parametrize(
    "sent", ['{"a": 1e999}', '{"a": "\\ud800"}', '{"a":  1}', '{"a": 1.50}']
)
def test_json_that_is_unusual_is_shown_as_it_was_sent(sent):
    assert text.sent(sent) == sent


def test_usual_json_is_indented():
    assert text.sent('{"a": 1, "b": []}') == '{\n  "a": 1,\n  "b": []\n}'

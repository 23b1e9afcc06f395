"""A server that answers everything at once, to see what it is sent."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11
import httpx

from conformance.evidence import Recorder
from conformance.evidence.octets import to_bytes
from conformance.instance.connection import AS_WRITTEN, TARGET
from conformance.instance.reach import Reach
from conformance.report import text
from conformance.report.curl import curl_command
from conformance.routes import APPS, AUTHORIZE, LOGIN, TOKEN

TOKENS = {
    "access_token": "access-token-0123456789",
    "refresh_token": "refresh-token-0123456789",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "profile:read workouts:read profile:write",
}
CLIENT = {
    "id": 1,
    "client_id": "client-id-0123456789",
    "client_secret": "client-secret-0123456789",
    "name": "canned",
    "redirect_uris": ["https://app.example.org/callback"],
    "scope": "profile:read workouts:read profile:write",
}
LEFT_OUT = {b"accept", b"accept-encoding", b"connection", b"user-agent"}


class Canned(httpx.BaseTransport):
    """Writes each request as the bytes of HTTP/1.1, then answers it.

    What came as it is written is refused. All else is granted, a login and
    a registration only once, or ``always``.
    """

    def __init__(self):
        self.granted = set()
        self.always = False
        self.sent = None

    def handle_request(self, request):
        target = request.extensions.get(TARGET, request.url.raw_path)
        event = h11.Request(
            method=request.method, target=target, headers=request.headers.raw
        )
        connection = h11.Connection(h11.CLIENT)
        head = connection.send(event)
        body = connection.send(h11.Data(request.content))
        assert body == request.content
        assert head.startswith(request.method.encode() + b" " + target + b" ")
        self.sent = target, request.headers.raw, body
        status, answer = self.answer(request)
        return httpx.Response(status, json=answer)

    def answer(self, request):
        """Return the status and the JSON of an answer."""
        path = request.url.path.removeprefix("/base")
        if AS_WRITTEN in request.extensions:
            return 400, {"error": "invalid_request"}
        if path == AUTHORIZE:
            return 200, {"redirect_url": "https://app/?code=code-0123456789"}
        if path == TOKEN:
            return 200, TOKENS
        once = {LOGIN: {"auth_token": "session-0123456789"}}
        once[APPS] = {"data": {"client": CLIENT}}
        if request.method != "POST" or path not in once:
            return 200, {}
        if path in self.granted and not self.always:
            return 400, {"error": "invalid_request"}
        self.granted.add(path)
        return 200, once[path]


class Checking(Recorder):
    """Demands that the evidence holds the very bytes that were sent."""

    def __init__(self, canned):
        super().__init__()
        self.canned = canned
        self.checked = 0

    def record(self, seen):
        target, headers, body = self.canned.sent
        url = to_bytes(seen.request["url"])
        parts = urlsplit(seen.request["url"])
        origin = f"{parts.scheme}://{parts.netloc}".encode()
        assert url == origin + target
        kept = [
            (to_bytes(name), to_bytes(value))
            for name, value in seen.request["headers"]
        ]
        assert kept == [
            (n, v) for n, v in headers if n.lower() not in LEFT_OUT
        ]
        assert to_bytes(seen.request["body"]) == body
        super().record(seen)
        self.checked += 1


@dataclass(frozen=True)
class CannedReach(Reach):
    """Opens connections whose other end has answered already."""

    ends: list[socket.socket] = field(default_factory=list)

    def connect(self, url, timeout):
        here, there = socket.socketpair()
        here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1_000_000)
        there.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        self.ends.append(there)
        return here


def must_be_reportable(evidence):
    """Write the last exchange as the report does."""
    plain = evidence.to_plain()
    told = json.dumps(plain, ensure_ascii=False)
    assert json.loads(told.encode("utf-8", "backslashreplace")) == plain
    request = evidence.exchanges[-1].request
    curl_command(request, "http://localhost").encode("utf-8")
    text.shown(text.sent(request.body)).encode("utf-8")
    text.raw(request.raw).encode("utf-8")

"""How the harness speaks HTTP: one transport that records everything."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from conformance.errors import Limited, Unsupported
from conformance.evidence import EXCHANGE, RECORDER
from conformance.evidence.octets import to_text
from conformance.evidence.raw_exchange import RawExchange
from conformance.instance import sendable
from conformance.instance.origin import must_be_same
from conformance.instance.readable import readable
from conformance.routes import LOGIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.evidence import Recorder
    from conformance.instance import Instance

TIMEOUT = 30.0  # seconds for one answer
IDLE = 1.0  # seconds a connection is kept; gunicorn closes it after two
DEL = "\x7f"
SECONDS = "seconds"  # extension of a response: how long it took
AS_WRITTEN = "as_written"  # of a request: path and query that httpx leaves
TARGET = "target"  # of a request: what httpcore puts in the request line
READING = {"GET", "HEAD", "OPTIONS"}
GIVEN = ("headers", "params", "json", "data")  # options of a request


class RecordingTransport(httpx.BaseTransport):
    """Sends requests on and hands each exchange to the recorder."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        recorder: Recorder = RECORDER,
        read_only: bool = False,
        http2: bool = False,
    ) -> None:
        """Wrap a transport.

        Args:
            inner: What really sends the request.
            recorder: Where exchanges go.
            read_only: Refuse any request that could change something,
                by raising Unsupported before it is sent; logging in is
                allowed, since nothing can be read without it.
            http2: It speaks HTTP/2, which knows no ``Connection`` header.
        """
        self._inner = inner
        self._recorder = recorder
        self._read_only = read_only
        self._http2 = http2
        self._held: list[httpx.Request] | None = None

    @contextmanager
    def holding(self) -> Iterator[list[httpx.Request]]:
        """Hold back what is sent meanwhile, for a race to send it at once.

        Each request is answered with an empty 204 that nobody sent.
        """
        held: list[httpx.Request] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; a 429 blocks the scenario, it judges nothing."""
        self._refuse_writes(request)
        if request.read() and not self._http2:
            # gunicorn drops a kept connection whose request body the app
            # left unread; the next request on it would get no answer.
            request.headers["Connection"] = "close"
        if self._held is not None:
            self._held.append(request)
            return httpx.Response(httpx.codes.NO_CONTENT)
        actor = request.extensions.get("actor", "client")
        seen = RawExchange("http", actor, _request(request), None)
        started = time.monotonic()
        try:
            response = readable(self._inner.handle_request(request))
            response.read()
        except Exception as error:
            seen.error = f"{type(error).__name__}: {error}"
            raise
        else:
            seen.response = _response(response)
        finally:
            seen.duration = time.monotonic() - started
            exchange = self._recorder.record(seen)
        response.extensions[SECONDS] = seen.duration
        response.extensions[EXCHANGE] = exchange
        return not_limited(response)

    def close(self) -> None:
        """Close the wrapped transport."""
        self._inner.close()

    def _refuse_writes(self, request: httpx.Request) -> None:
        reads = request.method in READING or request.url.path.endswith(LOGIN)
        if self._read_only and not reads:
            raise Unsupported(
                f"the run is read-only: {request.method} {request.url.path} "
                "could change the instance"
            )


def not_limited(response: httpx.Response) -> httpx.Response:
    """Return the answer; Limited when it is the rate limit's."""
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        wait = response.headers.get("Retry-After", "some")
        raise Limited(
            "the instance's rate limit was reached (429); raise the limit "
            f"or run again in {wait} seconds",
            exchange=response.extensions.get(EXCHANGE),
        )
    return response


class Client(httpx.Client):
    """An HTTP client that sends what the server issued, where one can."""

    def build_request(
        self, method: str, url: httpx.URL | str, **options: Any
    ) -> httpx.Request:
        """Return a request; Blocked when an issued value spoils it.

        Control characters of an address, which httpx refuses, are
        percent-encoded.
        """
        if isinstance(url, str):
            url = "".join(quote(c) if c < " " or c == DEL else c for c in url)
        try:
            request = super().build_request(method, url, **options)
        except (UnicodeError, httpx.InvalidURL):
            parts = [options.get(name) for name in GIVEN]
            sendable.must_be_sendable(sendable.texts_in([str(url), *parts]))
            raise
        sendable.must_be_headers(request.headers.raw)
        return request


@dataclass
class Connection:
    """An instance and the one connection pool that reaches it.

    Attributes:
        instance: What is reached.
        transport: What records each exchange with it.
        headers: Sent with every request.
    """

    instance: Instance
    transport: RecordingTransport
    headers: dict[str, str] = field(default_factory=dict)

    def client(self, actor: str) -> httpx.Client:
        """Return an HTTP client whose exchanges bear that actor's name.

        It keeps no cookies: FitTrackee's are ``Secure``, and an ordinary
        jar would hold them back over plain HTTP on loopback. To any other
        origin than the instance's it sends nothing.
        """
        client = Client(
            base_url=self.instance.url,
            transport=self.transport,
            timeout=TIMEOUT,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": "fittrackee-conformance", **self.headers},
        )
        base = client.base_url.raw_path.rstrip(b"/")

        def checked(request: httpx.Request) -> None:
            must_be_same(self.instance.url, request.url, "what it asks for")
            request.extensions["actor"] = actor
            if written := request.extensions.get(AS_WRITTEN):
                request.extensions[TARGET] = base + written

        client.event_hooks["request"].append(checked)
        return client


def connect(
    instance: Instance,
    *,
    read_only: bool = False,
    http2: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Connection:
    """Return a wire to a started instance.

    Args:
        instance: What to reach.
        read_only: Refuse any request that could change something.
        http2: Speak HTTP/2 where the server does.
        headers: Sent with every request.
    """
    limits = httpx.Limits(max_connections=20, keepalive_expiry=IDLE)
    inner = instance.reach.transport(limits, http2=http2)
    recording = RecordingTransport(inner, read_only=read_only, http2=http2)
    return Connection(instance, recording, dict(headers or {}))


def _request(request: httpx.Request) -> dict[str, Any]:
    """Describe the bytes that are sent, as ``evidence.octets`` has them."""
    return {
        "method": request.method,
        "url": address(request),
        "headers": _headers(request.headers),
        "body": to_text(request.content),
    }


def address(request: httpx.Request) -> str:
    """Return where a request goes, as its request line will have it."""
    target = request.extensions.get(TARGET)
    if target is None:
        return str(request.url)
    origin = request.url.copy_with(raw_path=b"/", fragment=None)
    return str(origin).rstrip("/") + str(to_text(target))


def _response(response: httpx.Response) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "reason": response.reason_phrase,
        "headers": _headers(response.headers),
        "body": response.text,
    }


def _headers(headers: httpx.Headers) -> list[list[str]]:
    skipped = {"accept-encoding", "connection", "user-agent", "accept"}
    return [
        [to_text(name), to_text(value)]
        for name, value in headers.raw
        if to_text(name).lower() not in skipped
    ]

"""HTTP clients of an instance; their transport records each exchange."""

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

TIMEOUT = 30.0  # seconds for one response
IDLE = 1.0  # seconds a connection is kept; gunicorn closes it after two
DEL = "\x7f"
SECONDS = "seconds"  # extension of a response: how long it took
AS_WRITTEN = "as_written"  # extension of a request: its exact path and query
TARGET = "target"  # httpcore's own: the target in the request line
READING = {"GET", "HEAD", "OPTIONS"}
OPTIONS = ("headers", "params", "json", "data")  # of a request


class RecordingTransport(httpx.BaseTransport):
    """Sends requests by another transport, and records each exchange."""

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
            inner: The transport that sends the requests.
            recorder: Records the exchanges.
            read_only: Whether to raise Unsupported for requests that could
                change something; logging in is allowed, since nothing can
                be read without it.
            http2: Whether it uses HTTP/2, which has no ``Connection``
                header.
        """
        self._inner = inner
        self._recorder = recorder
        self._read_only = read_only
        self._http2 = http2
        self._held: list[httpx.Request] | None = None

    @contextmanager
    def holding(self) -> Iterator[list[httpx.Request]]:
        """Collect requests instead of sending them, for a race.

        Each request gets an empty 204 that is not the server's.
        """
        held: list[httpx.Request] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and record it; raise Limited for a 429."""
        self._refuse_writes(request)
        if request.read() and not self._http2:
            # gunicorn closes a persistent connection if the app did not read
            # the request's body; the next request on it would fail.
            request.headers["Connection"] = "close"
        if self._held is not None:
            self._held.append(request)
            return httpx.Response(httpx.codes.NO_CONTENT)
        actor = request.extensions.get("actor", "client")
        exchanged = RawExchange("http", actor, _request(request), None)
        started = time.monotonic()
        try:
            response = readable(self._inner.handle_request(request))
            response.read()
        except Exception as error:
            exchanged.error = f"{type(error).__name__}: {error}"
            raise
        else:
            exchanged.response = _response(response)
        finally:
            exchanged.duration = time.monotonic() - started
            exchange = self._recorder.record(exchanged)
        response.extensions[SECONDS] = exchanged.duration
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
    """Return the response; raise Limited for a 429 of the rate limit."""
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        wait = response.headers.get("Retry-After", "some")
        raise Limited(
            "the instance's rate limit was reached (429); raise the limit "
            f"or run again in {wait} seconds",
            exchange=response.extensions.get(EXCHANGE),
        )
    return response


class Client(httpx.Client):
    """An HTTP client that raises Blocked for issued values it cannot send."""

    def build_request(
        self, method: str, url: httpx.URL | str, **options: Any
    ) -> httpx.Request:
        """Return a request.

        Control characters in a URL, which httpx refuses, are
        percent-encoded.

        Raises:
            Blocked: A value that the server issued cannot be sent.
        """
        if isinstance(url, str):
            url = "".join(quote(c) if c < " " or c == DEL else c for c in url)
        try:
            request = super().build_request(method, url, **options)
        except (UnicodeError, httpx.InvalidURL):
            parts = [options.get(name) for name in OPTIONS]
            sendable.must_be_sendable(sendable.texts_in([str(url), *parts]))
            raise
        sendable.must_be_headers(request.headers.raw)
        return request


@dataclass
class Connection:
    """A connection pool for an instance.

    Attributes:
        instance: The instance.
        transport: Sends and records each exchange.
        headers: Headers of every request.
    """

    instance: Instance
    transport: RecordingTransport
    headers: dict[str, str] = field(default_factory=dict)

    def client(self, actor: str) -> httpx.Client:
        """Return an HTTP client whose exchanges have an actor's name.

        It stores no cookies: FitTrackee's are ``Secure``, and a cookie jar
        would not send them over plain HTTP on loopback. It sends requests
        to the instance's origin only, and raises Blocked for any other.
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
            must_be_same(self.instance.url, request.url, "the request's URL")
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
    """Return a connection to a running instance.

    Args:
        instance: The instance.
        read_only: Whether to raise Unsupported for requests that could
            change something.
        http2: Whether to use HTTP/2 if the server supports it.
        headers: Headers of every request.
    """
    limits = httpx.Limits(max_connections=20, keepalive_expiry=IDLE)
    inner = instance.reach.transport(limits, http2=http2)
    recording = RecordingTransport(inner, read_only=read_only, http2=http2)
    return Connection(instance, recording, dict(headers or {}))


def _request(request: httpx.Request) -> dict[str, Any]:
    """Return a request as the evidence has it: see ``evidence.octets``."""
    return {
        "method": request.method,
        "url": address(request),
        "headers": _headers(request.headers),
        "body": to_text(request.content),
    }


def address(request: httpx.Request) -> str:
    """Return a request's URL, with the exact target of its request line."""
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

"""Starts a reverse proxy in front of an app, as a context manager."""

from __future__ import annotations

import contextlib
import random
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from conformance.errors import TargetError, Unsupported
from conformance.instance.reach import Reach
from conformance.processes import process, signals
from conformance.proxies.authority import Authority
from conformance.proxies.base import Place
from conformance.proxies.set_up import DOCUMENTED, Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.proxies.base import Proxy
    from conformance.proxies.set_up import SetUp

#: Not a loopback name: FitTrackee does not require HTTPS for those, so that
#: tests would prove nothing. It needs no resolver: see ``Reach``.
HOST = "fittrackee.test"
ADDRESS = "127.0.0.1"
READY_SECONDS = 20
CONNECT_SECONDS = 5
ATTEMPTS = 3  # another process may take a port before the proxy does
# Below the ephemeral port range.
PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Front:
    """A running proxy.

    Attributes:
        url: Base URL of the app over TLS, with its sub-path.
        http_url: Base URL over plain HTTP, ``""`` if it is closed.
        address: Like ``http_url``, but with the IP address and without the
            sub-path; the upstream of another proxy.
        reach: How connections to both are opened.
        log: File with the proxy's output.
    """

    url: str
    http_url: str
    address: str
    reach: Reach
    log: Path


@contextlib.contextmanager
def put_up(
    proxy: Proxy,
    upstream: str,
    set_up: SetUp = DOCUMENTED,
    *,
    authority: Authority | None = None,
) -> Iterator[Front]:
    """Run a proxy in front of an app for as long as the context lasts.

    Args:
        proxy: The proxy to run.
        upstream: URL of the app, or another front's ``address``.
        set_up: How it is configured.
        authority: Issuer of its certificate; by default a new one.

    Raises:
        UsageError: The proxy is not installed; the message says how to.
        TargetError: It does not start; the detail is its log's end.
        Unsupported: This proxy does not support the set-up.
    """
    if reason := proxy.unsupported(set_up):
        raise Unsupported(reason)
    program = proxy.require()
    with signals.CleanUp() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(
                    prefix=f"ftc-{proxy.name}-", ignore_cleanup_errors=True
                )
            )
        )
        authority = authority or Authority.made(folder, HOST)
        started = Retrying(
            retry=retry_if_exception_type(process.EndedEarlyError),
            stop=stop_after_attempt(ATTEMPTS),
            reraise=True,
        )
        yield started(
            _start, proxy, program, upstream, set_up, authority, folder, stack
        )


def _start(
    proxy: Proxy,
    program: str,
    upstream: str,
    set_up: SetUp,
    authority: Authority,
    folder: Path,
    stack: contextlib.ExitStack,
) -> Front:
    place = Place(
        name=HOST,
        port=_free_port(),
        plain_port=_free_port(),
        upstream=f"{ADDRESS}:{urlsplit(upstream).port}",
        folder=folder,
        certificate=authority.certificate,
        key=authority.key,
        both=authority.both,
    )
    configuration = proxy.configuration(place)
    configuration.write_text(proxy.render(set_up, place), "utf-8")
    front = _front(set_up, place, Reach(ADDRESS, str(authority.own)))
    with contextlib.ExitStack() as attempt:
        service = attempt.enter_context(
            process.running(
                proxy.command(program, place),
                name=proxy.title,
                env=process.plain_environment(folder),
                log=front.log,
                patience=3,
            )
        )
        for url in filter(None, (front.url, front.http_url)):
            _wait(front.reach, url, service)
        stack.push(attempt.pop_all())
    return front


def _front(set_up: SetUp, place: Place, reach: Reach) -> Front:
    plain = set_up.plain is not Plain.CLOSED
    return Front(
        url=place.url + set_up.path if set_up.tls else "",
        http_url=place.plain_url + set_up.path if plain else "",
        address=f"http://{ADDRESS}:{place.plain_port}" if plain else "",
        reach=reach,
        log=place.folder / "proxy.log",
    )


def _wait(reach: Reach, url: str, service: process.Service) -> None:
    """Wait until the proxy accepts connections at a URL."""
    try:
        service.ready(
            lambda: reach.connect(url, CONNECT_SECONDS).close(),
            missing=OSError,
            seconds=READY_SECONDS,
            pause=0.05,
        )
    except OSError as error:
        raise TargetError(
            f"{service.name} does not answer at {url} after "
            f"{READY_SECONDS} s: {error}",
            detail=service.tail(),
        ) from None


def _free_port() -> int:
    for port in random.sample(PORTS, 100):
        with contextlib.closing(socket.socket()) as trial:
            try:
                trial.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    raise TargetError(f"no free port between {PORTS[0]} and {PORTS[-1]}")

"""Identifies the FitTrackee at a URL, or waits for it."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx

from conformance.errors import TargetError
from conformance.instance.reach import Reach
from conformance.instance.readable import ReadableTransport
from conformance.routes import CONFIG, PING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.processes.process import Service

ANSWER_SECONDS = 15
IDENTIFY_REQUESTS = 2  # sent by :func:`identify`; the doctor counts them
LONGEST_VERSION = 100  # characters; int() rejects more than 4300 digits


class NotReadyError(TargetError):
    """There is no response, or it is not FitTrackee's."""


def identify(url: str, *, reach: Reach | None = None) -> str:
    """Return the version of the FitTrackee at a URL.

    Args:
        url: Base URL without a trailing slash.
        reach: How connections to the instance are opened; by default, to
            the host name in the URL.

    Raises:
        NotReadyError: There is no response, or it is not FitTrackee's; the
            message says what it is.
    """
    # With a transport of its own, httpx ignores the environment's proxies.
    transport = ReadableTransport((reach or Reach()).transport())
    with httpx.Client(timeout=ANSWER_SECONDS, transport=transport) as client:
        # FitTrackee is recognized by its response to PING; only CONFIG has
        # the version. A status proves nothing: single-page front ends respond
        # with 200 to any path.
        ping = _get(client, url, PING)
        if ping.get("message") != "pong!":
            raise NotReadyError(_other(url, PING))
        data = _get(client, url, CONFIG).get("data")
    if not isinstance(data, dict) or not isinstance(data.get("version"), str):
        raise NotReadyError(_other(url, CONFIG))
    version = str(data["version"])
    if len(version) > LONGEST_VERSION or not version.isprintable():
        raise NotReadyError(
            f"{url}: GET {CONFIG} returns an invalid version of "
            f"{len(version)} characters; is this a FitTrackee instance?"
        )
    return version


def nearest_parent(url: str, *, reach: Reach) -> str:
    """Return the nearest parent URL at which FitTrackee responds.

    Args:
        url: A URL at which it does not respond, such as
            ``https://example.org/fittrackee/login``, without a trailing
            slash.
        reach: How connections to the URL's host are opened.

    Returns:
        The URL with fewer path segments, ``""`` if FitTrackee responds at
        none.
    """
    root, _, path = url.partition("//")
    host, *segments = path.split("/")
    for kept in reversed(range(len(segments))):
        parent = "/".join([f"{root}//{host}", *segments[:kept]])
        with suppress(NotReadyError):
            identify(parent, reach=reach)
            return parent
    return ""


def wait(url: str, service: Service, *, seconds: float = 90) -> str:
    """Wait until a started server is ready; return its version.

    Args:
        url: Base URL without a trailing slash.
        service: The server's process.
        seconds: Time limit.

    Raises:
        TargetError: The server ended, or was not ready in time; the detail
            is the end of its log.
    """
    try:
        return service.ready(
            partial(identify, url),
            missing=NotReadyError,
            seconds=seconds,
            pause=0.2,
        )
    except NotReadyError as reason:
        raise TargetError(
            f"{service.name} is not ready after {seconds:g} s: "
            f"{reason.message}",
            detail=service.tail(),
        ) from None


def _get(client: httpx.Client, url: str, path: str) -> dict[str, Any]:
    try:
        response = client.get(url + path)
    except httpx.HTTPError as error:
        raise NotReadyError(f"{url}: {reason(error)}") from None
    following = response.next_request
    if following and following.url == response.url:
        raise NotReadyError(
            f"{url}: redirects to itself without end; does the proxy "
            f"mistake HTTPS requests for plain HTTP and redirect them?"
        )
    if response.has_redirect_location:
        raise NotReadyError(
            f"{url}: redirects to {response.headers['location']}; "
            f"give the address that it redirects to"
        )
    if "basic" in response.headers.get("www-authenticate", "").lower():
        raise NotReadyError(
            f"{url}: the proxy asks for a password of its own, so apps "
            f"cannot reach FitTrackee; require none for paths below "
            f"{path.rpartition('/')[0]}"
        )
    if response.status_code != httpx.codes.OK:
        raise NotReadyError(
            f"{url}: GET {path} answered {response.status_code}; "
            f"give the base URL of a running FitTrackee"
        )
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NotReadyError(_other(url, path))
    return body


def _other(url: str, path: str) -> str:
    return (
        f"{url}: not a FitTrackee (unexpected response to GET {path}); "
        f"give the base URL of a running FitTrackee"
    )


def reason(error: Exception) -> str:
    """Return in a few words why there is no response."""
    causes = list(_causes(error))
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return "connection refused; is the server running?"
    if any(isinstance(c, socket.gaierror) for c in causes):
        return "no such host; is the name right?"
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted ({cause.verify_message}); "
                f"name its authority in SSL_CERT_FILE"
            )
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"no response within {ANSWER_SECONDS} s; is the server running?"
    return f"{str(error) or type(error).__name__}; is the server running?"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error with its causes and contexts, which httpx nests."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        current = todo.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        todo += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            todo += current.exceptions

"""Whether a FitTrackee answers at a URL."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx

from conformance.errors import TargetError
from conformance.instance.reach import Reach
from conformance.instance.readable import Reading
from conformance.routes import CONFIG, PING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.processes.process import Service

ANSWER_SECONDS = 15
QUESTIONS = 2  # requests that it takes to identify one
LONGEST_VERSION = 100  # characters; Python reads no number of thousands


class NotReadyError(TargetError):
    """Nothing, or something else than FitTrackee, answers."""


def identify(url: str, *, reach: Reach | None = None) -> str:
    """Return the version of the FitTrackee at a URL.

    Args:
        url: Base URL without a trailing slash.
        reach: How it is reached, where its name alone does not tell.

    Raises:
        NotReadyError: It does not answer as FitTrackee does; the message says
            what came instead.
    """
    # A transport of our own: the environment's proxies are not used.
    transport = Reading((reach or Reach()).transport())
    with httpx.Client(timeout=ANSWER_SECONDS, transport=transport) as client:
        ping = _get(client, url, PING)
        if ping.get("message") != "pong!":
            raise NotReadyError(_other(url, PING))
        data = _get(client, url, CONFIG).get("data")
    # A single-page front end answers 200 to anything, hence two questions.
    if not isinstance(data, dict) or not isinstance(data.get("version"), str):
        raise NotReadyError(_other(url, CONFIG))
    version = str(data["version"])
    if len(version) > LONGEST_VERSION or not version.isprintable():
        raise NotReadyError(
            f"{url}: GET {CONFIG} names a version of {len(version)} "
            f"characters that no FitTrackee has; is it one?"
        )
    return version


def answers_above(url: str, *, reach: Reach) -> str:
    """Return where a FitTrackee answers above a URL's path, ``""`` if none.

    Args:
        url: A URL at which none answers, without a trailing slash.
        reach: How it is reached.
    """
    root, _, path = url.partition("//")
    host, *segments = path.split("/")
    for kept in reversed(range(len(segments))):
        above = "/".join([f"{root}//{host}", *segments[:kept]])
        with suppress(NotReadyError):
            identify(above, reach=reach)
            return above
    return ""


def wait(url: str, service: Service, *, seconds: float = 90) -> str:
    """Wait for a server that was just started; return its version.

    Raises:
        TargetError: It ended, or did not answer in time; the detail is the
            end of its log.
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
        answer = client.get(url + path)
    except httpx.HTTPError as error:
        raise NotReadyError(f"{url}: {reason(error)}") from None
    following = answer.next_request
    if following and following.url == answer.url:
        raise NotReadyError(
            f"{url}: redirects to itself without end; does the proxy take "
            f"requests over HTTPS for plain HTTP?"
        )
    if answer.has_redirect_location:
        raise NotReadyError(
            f"{url}: redirects to {answer.headers['location']}; "
            f"give the address that answers itself"
        )
    if "basic" in answer.headers.get("www-authenticate", "").lower():
        raise NotReadyError(
            f"{url}: the proxy asks for a password of its own, so nobody "
            f"reaches FitTrackee; let {path.rpartition('/')[0]} through"
        )
    if answer.status_code != httpx.codes.OK:
        raise NotReadyError(
            f"{url}: GET {path} answered {answer.status_code}; "
            f"give the base URL of a running FitTrackee"
        )
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NotReadyError(_other(url, path))
    return body


def _other(url: str, path: str) -> str:
    return (
        f"{url}: not a FitTrackee (GET {path} answered something else); "
        f"give the base URL of a running FitTrackee"
    )


def reason(error: Exception) -> str:
    """Say in a few words why no answer came."""
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
        return f"no answer within {ANSWER_SECONDS} s; is the server running?"
    return f"{str(error) or type(error).__name__}; is the server running?"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield everything an error came from: httpx wraps, httpcore too."""
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

"""Whether a FitTrackee answers at a URL."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

import httpx
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_fixed,
)

from conformance.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reach import Reach
    from conformance.targets.process import Service

ANSWER_SECONDS = 15
QUESTIONS = 2  # requests that it takes to identify one


class NotReadyError(TargetError):
    """Nothing, or something else than FitTrackee, answers."""


def identify(
    url: str, *, trust_env: bool = True, reach: Reach | None = None
) -> str:
    """Return the version of the FitTrackee at a URL.

    Args:
        url: Base URL without a trailing slash.
        trust_env: Whether the environment's proxies may be used.
        reach: How it is reached, where its name alone does not tell.

    Raises:
        NotReadyError: It does not answer as FitTrackee does; the message says
            what came instead.
    """
    with httpx.Client(
        timeout=ANSWER_SECONDS,
        trust_env=trust_env,
        transport=reach.transport() if reach else None,
    ) as client:
        ping = _get(client, url, "/api/ping")
        if ping.get("message") != "pong!":
            raise NotReadyError(_other(url, "/api/ping"))
        data = _get(client, url, "/api/config").get("data")
    # A single-page front end answers 200 to anything, hence two questions.
    if not isinstance(data, dict) or not isinstance(data.get("version"), str):
        raise NotReadyError(_other(url, "/api/config"))
    return str(data["version"])


def wait(url: str, service: Service, *, seconds: float = 90) -> str:
    """Wait for a server that was just started; return its version.

    Raises:
        TargetError: It ended, or did not answer in time; the detail is the
            end of its log.
    """

    def ask() -> str:
        if ended := service.ended():
            raise TargetError(
                f"{ended} before it answered at {url}", detail=service.tail()
            )
        return identify(url, trust_env=False)

    try:
        return Retrying(
            retry=retry_if_exception_type(NotReadyError),
            wait=wait_fixed(0.2),
            stop=stop_after_delay(seconds),
            reraise=True,
        )(ask)
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

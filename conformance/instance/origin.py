"""Origins (RFC 6454): secrets are sent to the target's origin only."""

from __future__ import annotations

from contextlib import suppress

import httpx

from conformance.errors import Blocked

PORTS = {"http": 80, "https": 443}


def origin(url: str | httpx.URL) -> str:
    """Return the origin of a URL as text, ``""`` if it has none.

    The host is in lower case and in ASCII, the scheme's default port is
    removed: two URLs have the same origin if and only if the texts are equal.

    Args:
        url: Any URL, also a malformed one that a server sent.
    """
    parsed = None
    with suppress(httpx.InvalidURL, TypeError, ValueError):
        parsed = httpx.URL(url)
    if parsed is None or not (parsed.scheme and parsed.raw_host):
        return ""
    host = parsed.raw_host.decode("ascii")
    name = f"[{host}]" if ":" in host else host
    port = "" if parsed.port is None else f":{parsed.port}"
    return f"{parsed.scheme}://{name}{port}"


def endpoint(url: str) -> tuple[str, int]:
    """Return the host, in ASCII, and the port of a URL."""
    parsed = httpx.URL(url)
    port = parsed.port or PORTS[parsed.scheme]
    return parsed.raw_host.decode("ascii"), port


def must_be_same(
    target: str,
    url: str | httpx.URL,
    what: str,
    so: str = "nothing was sent there",
) -> None:
    """Raise Blocked if a URL is not of the target's origin.

    Args:
        target: The target's base URL.
        url: URL to which a secret would be sent.
        what: Start of the message, such as ``the request's URL``.
        so: End of the message: the consequence.

    Raises:
        Blocked: The origins differ; the message names both.
    """
    there = origin(url)
    if there != origin(target):
        raise Blocked(
            f"{what} is at {there or 'no host'}, not at the target "
            f"{origin(target)}: {so}"
        )

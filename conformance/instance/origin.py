"""Origins (RFC 6454): what may learn a target's secrets, and what not."""

from __future__ import annotations

from contextlib import suppress

import httpx

from conformance.errors import Blocked

PORTS = {"http": 80, "https": 443}


def origin(url: str | httpx.URL) -> str:
    """Return the scheme, host and port of a URL, ``""`` where it has none.

    The host is in lower case and in ASCII, a scheme's own port is left out:
    two URLs have the same origin if, and only if, these texts are equal.

    Args:
        url: Any URL, also one that a server gave.
    """
    parsed = None
    with suppress(httpx.InvalidURL, TypeError, ValueError):
        parsed = httpx.URL(url)
    if parsed is None or not (parsed.scheme and parsed.raw_host):
        return ""
    host = parsed.raw_host.decode("ascii")
    shown = f"[{host}]" if ":" in host else host
    port = "" if parsed.port is None else f":{parsed.port}"
    return f"{parsed.scheme}://{shown}{port}"


def endpoint(url: str) -> tuple[str, int]:
    """Return the host, in ASCII, and the port that a URL leads to."""
    parsed = httpx.URL(url)
    port = parsed.port or PORTS[parsed.scheme]
    return parsed.raw_host.decode("ascii"), port


def must_be_same(
    target: str,
    url: str | httpx.URL,
    what: str,
    so: str = "nothing was sent there",
) -> None:
    """Make sure that a URL is of the target's origin.

    Args:
        target: The target's base URL.
        url: Where something secret would go.
        what: Begins the message, such as ``the request``.
        so: Ends the message: what was left undone.

    Raises:
        Blocked: It is of another one; the message names both.
    """
    there = origin(url)
    if there != origin(target):
        raise Blocked(
            f"{what} is at {there or 'no host'}, not at the target "
            f"{origin(target)}: {so}"
        )

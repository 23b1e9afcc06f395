"""Whether the proxy lets through bodies as large as the app allows.

A request says how large its body will be and asks to be told before it
sends it (``Expect: 100-continue``, RFC 9110 section 10.1.1); nothing of it
is ever sent.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.routes import WORKOUTS

if TYPE_CHECKING:
    import httpx

    from conformance.doctor.examination import Examination
    from conformance.doctor.probe import Probe

SECONDS = 5
TOO_LARGE = b"413"
LARGEST = 2**63  # bytes; more than that is no size


def examine(probe: Probe, config: httpx.Response, found: Examination) -> None:
    """Judge the limit on the size of a request.

    Args:
        probe: Where to ask.
        config: The instance's settings, as it answered them.
        found: Takes what was found.
    """
    largest = _allowed(config)
    if not largest:
        return
    status = _announced(probe, largest)
    if status == TOO_LARGE:
        found.add(
            "body-limited",
            f"an upload of {largest / 2**20:.0f} MiB, which FitTrackee "
            "allows, is refused with 413",
        )
    elif not status:
        found.unseen.append("whether the proxy limits the size of uploads")
    else:
        found.holds.append("Uploads may be as large as FitTrackee allows.")


def _allowed(config: httpx.Response) -> int:
    """Return the largest upload that the settings allow, 0 for unknown."""
    try:
        size = config.json()["data"]["max_zip_file_size"]
    except (ValueError, KeyError, TypeError):
        return 0
    known = isinstance(size, int) and size < LARGEST
    return size if known else 0


def _announced(probe: Probe, size: int) -> bytes:
    """Announce a body; return the status, ``b""`` when none came."""
    parts = urlsplit(probe.url)
    lines = [
        f"POST {parts.path}{WORKOUTS} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: multipart/form-data; boundary=none",
        f"Content-Length: {size}",
        "Expect: 100-continue",
        "Connection: close",
    ]
    probe.tally.requests += 1
    with contextlib.suppress(OSError):
        connection = probe.reach.connect(probe.url, SECONDS)
        with connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            return connection.recv(64).partition(b" ")[2][:3]
    return b""

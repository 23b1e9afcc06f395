"""Check whether the proxy accepts bodies as large as the app allows.

A request announces the size of its body and asks for permission to send it
(``Expect: 100-continue``, RFC 9110 section 10.1.1). The body is never sent.
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
LARGEST = 2**63  # bytes; a larger number is not a valid size


def check(probe: Probe, config: httpx.Response, result: Examination) -> None:
    """Check the proxy's limit on the size of a request.

    Args:
        probe: Sends the requests.
        config: The response with the instance's settings.
        result: The findings are added to it.
    """
    largest = _allowed(config)
    if not largest:
        return
    status = _status_of_announced(probe, largest)
    if status == TOO_LARGE:
        result.add(
            "body-limited",
            f"an upload of {largest / 2**20:.0f} MiB, which FitTrackee "
            "allows, is refused with 413",
        )
    elif not status:
        result.unchecked.append("whether the proxy limits the size of uploads")
    else:
        result.passed.append("Uploads can be as large as FitTrackee allows.")


def _allowed(config: httpx.Response) -> int:
    """Return the allowed size of an upload in bytes, 0 if unknown."""
    try:
        size = config.json()["data"]["max_zip_file_size"]
    except (ValueError, KeyError, TypeError):
        return 0
    known = isinstance(size, int) and size < LARGEST
    return size if known else 0


def _status_of_announced(probe: Probe, size: int) -> bytes:
    """Announce a body; return the status, ``b""`` without a response."""
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

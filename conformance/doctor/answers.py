"""Checks of an ordinary response: clock, CORS, rate limit, sub-path."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.doctor.probe import Probe
from conformance.routes import CONFIG, PING

if TYPE_CHECKING:
    import httpx

    from conformance.doctor.examination import Examination

ORIGIN = "https://elsewhere.example"
SKEW = 60  # seconds
# An address that is reserved for documentation (RFC 5737).
FORGED_ADDRESS = "203.0.113.7"


def ask(probe: Probe) -> httpx.Response:
    """Return the response to a cross-origin request for the settings."""
    return probe.get(CONFIG, {"Origin": ORIGIN})


def check(probe: Probe, config: httpx.Response, result: Examination) -> None:
    """Check the clock, CORS, the client's address and the sub-path.

    Args:
        probe: Sends further requests.
        config: What :func:`ask` returned.
        result: The findings are added to it.
    """
    _clock(config, result)
    _cors(config, result)
    _addresses(probe, config, result)
    sub_path(probe, result)


def _clock(response: httpx.Response, result: Examination) -> None:
    try:
        date = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        result.unchecked.append(
            "the server's clock: responses have no valid Date header"
        )
        return
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    skew = (date - dt.datetime.now(dt.UTC)).total_seconds()
    if abs(skew) > SKEW:
        way = "ahead of" if skew > 0 else "behind"
        result.add(
            "clock-skew",
            f"its clock is {abs(skew):.0f} seconds {way} this machine's",
        )
    else:
        result.passed.append("Its clock agrees with this machine's.")


def _cors(response: httpx.Response, result: Examination) -> None:
    allowed = response.headers.get("access-control-allow-origin", "")
    if allowed in {"*", ORIGIN}:
        cookies = response.headers.get("access-control-allow-credentials")
        extra = ", with the user's cookies" if cookies == "true" else ""
        result.add("cors-added", f"any origin may read responses{extra}")
    else:
        result.passed.append("No other site's script may read responses.")


def _addresses(
    probe: Probe, response: httpx.Response, result: Examination
) -> None:
    """Check by the rate limit whether a client can spoof its address.

    The limit counts by address: a request with a forged one that is counted
    there does not reduce our own remaining requests.
    """
    before = _remaining(response)
    if before is None:
        result.unchecked.append(
            "which client address the app sees, and whether X-Forwarded-For "
            "can be forged: only a rate limit would show it, and responses "
            "name none"
        )
        return
    limit = response.headers.get("x-ratelimit-limit", "?")
    result.passed.append(f"A rate limit is active, {limit} requests.")
    forged = _remaining(probe.get(CONFIG, {"X-Forwarded-For": FORGED_ADDRESS}))
    after = _remaining(probe.get(CONFIG))
    if forged is None or after is None or after > before:
        result.unchecked.append(
            "whether X-Forwarded-For can be forged: the rate limit was reset"
        )
    elif after == before - 1 and forged >= before:
        result.add(
            "address-spoofed",
            f"a request with our own X-Forwarded-For: {FORGED_ADDRESS} was "
            "counted for another client",
        )
    else:
        result.passed.append("A client's own X-Forwarded-For is ignored.")


def _remaining(response: httpx.Response) -> int | None:
    try:
        return int(response.headers["x-ratelimit-remaining"])
    except (KeyError, ValueError):
        return None


def sub_path(probe: Probe, result: Examination) -> None:
    """Check a base URL that has a path; without one, send nothing.

    FitTrackee's pages load their files and the API from the root.
    """
    parts = urlsplit(probe.url)
    if not parts.path:
        return
    root = Probe(f"{parts.scheme}://{parts.netloc}", probe.reach, probe.tally)
    try:
        response = root.get(PING)
    finally:
        root.close()
    if not (response.is_success and "pong!" in response.text):
        result.add(
            "sub-path",
            f"the pages request {PING}, which answered "
            f"{response.status_code}, and not {parts.path}{PING}",
        )

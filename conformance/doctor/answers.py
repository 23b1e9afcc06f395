"""What ordinary answers tell: clock, CORS, sub-path, limits."""

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
# Addresses that are reserved for documentation (RFC 5737).
SOMEBODY = "203.0.113.7"


def ask(probe: Probe) -> httpx.Response:
    """Ask for the instance's settings, as a foreign site's script would."""
    return probe.get(CONFIG, {"Origin": ORIGIN})


def examine(probe: Probe, config: httpx.Response, found: Examination) -> None:
    """Judge what one answer's headers tell, and what follows from it.

    Args:
        probe: Where to ask further.
        config: What :func:`ask` returned.
        found: Takes what was found.
    """
    _clock(config, found)
    _cors(config, found)
    _addresses(probe, config, found)
    sub_path(probe, found)


def _clock(answer: httpx.Response, found: Examination) -> None:
    try:
        told = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        found.unseen.append("the server's clock: answers bear no usable Date")
        return
    if told.tzinfo is None:
        told = told.replace(tzinfo=dt.UTC)
    skew = (told - dt.datetime.now(dt.UTC)).total_seconds()
    if abs(skew) > SKEW:
        way = "ahead of" if skew > 0 else "behind"
        found.add(
            "clock-skew",
            f"its clock is {abs(skew):.0f} seconds {way} this machine's",
        )
    else:
        found.holds.append("Its clock agrees with this machine's.")


def _cors(answer: httpx.Response, found: Examination) -> None:
    allowed = answer.headers.get("access-control-allow-origin", "")
    if allowed in {"*", ORIGIN}:
        with_cookies = answer.headers.get("access-control-allow-credentials")
        extra = ", with the user's cookies" if with_cookies == "true" else ""
        found.add("cors-added", f"any origin may read answers{extra}")
    else:
        found.holds.append("No foreign site's script may read answers.")


def _addresses(
    probe: Probe, answer: httpx.Response, found: Examination
) -> None:
    """See by the rate limit whether a client can pose as another address.

    The limit counts by address: a request that is counted elsewhere leaves
    the count of ours alone.
    """
    before = _remaining(answer)
    if before is None:
        found.unseen.append(
            "which address of a client the app sees, and whether X-Forwarded-"
            "For can be forged: only a rate limit would show it, and answers "
            "bear none"
        )
        return
    limit = answer.headers.get("x-ratelimit-limit", "?")
    found.holds.append(f"A rate limit is in force, {limit} requests.")
    posed = _remaining(probe.get(CONFIG, {"X-Forwarded-For": SOMEBODY}))
    after = _remaining(probe.get(CONFIG))
    if posed is None or after is None or after > before:
        found.unseen.append(
            "whether X-Forwarded-For can be forged: the rate limit began anew"
        )
    elif after == before - 1 and posed >= before:
        found.add(
            "address-spoofed",
            f"a request with X-Forwarded-For: {SOMEBODY} of our own was "
            "counted for another client",
        )
    else:
        found.holds.append("A client's own X-Forwarded-For is not believed.")


def _remaining(answer: httpx.Response) -> int | None:
    try:
        return int(answer.headers["x-ratelimit-remaining"])
    except (KeyError, ValueError):
        return None


def sub_path(probe: Probe, found: Examination) -> None:
    """Judge a base URL with a path: nothing is asked without one.

    FitTrackee's pages name their files and its API from the root.
    """
    parts = urlsplit(probe.url)
    if not parts.path:
        return
    root = Probe(f"{parts.scheme}://{parts.netloc}", probe.reach, probe.tally)
    try:
        answer = root.get(PING)
    finally:
        root.close()
    if not (answer.is_success and "pong!" in answer.text):
        found.add(
            "sub-path",
            f"the pages ask for {PING}, which answered "
            f"{answer.status_code} instead of {parts.path}{PING}",
        )

"""Rate limits as FitTrackee's: fixed windows, off by default.

Counted per endpoint, method and client address. Every limited answer says
what is left; beyond the limit it is 429.
"""

from __future__ import annotations

import math
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request

from conformance.reference.api.answers import error

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_LIMIT = re.compile(r"(\d+) *(?:/|per) *(\d*) *([a-z]+?)s?")


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds."""

    text: str
    amount: int
    seconds: int


@dataclass(frozen=True)
class Remaining:
    """What is left of the tightest limit."""

    limit: Limit
    remaining: int
    reset: float


def parse(text: str) -> tuple[Limit, ...]:
    """Read limits such as ``300 per 5 minutes, 20 per second``.

    Raises:
        ValueError: It cannot be read; the message is one line.
    """
    parts = re.split("[,;|]", text)
    return tuple(_parse_one(part.strip().lower()) for part in parts)


def _parse_one(text: str) -> Limit:
    """Read one limit."""
    found = _LIMIT.fullmatch(text)
    amount, times = (int(found[1]), int(found[2] or 1)) if found else (0, 0)
    if not found or found[3] not in UNITS or not amount or not times:
        raise ValueError(
            f"rate limit {text!r}: write it as '300 per 5 minutes'"
        )
    name = f"{amount} per {times} {found[3]}"
    return Limit(name, amount, times * UNITS[found[3]])


class RateLimiter:
    """Counts requests in memory, for one server."""

    def __init__(
        self, limits: tuple[Limit, ...], now: Callable[[], float]
    ) -> None:
        """Begin at zero.

        Args:
            limits: All of them hold at once.
            now: The clock, in epoch seconds.
        """
        self.limits = limits
        self._now = now
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, int, int], int] = {}

    def before(self) -> Response | None:
        """Count the request; return 429 when it is one too many."""
        address = request.remote_addr or ""
        left = [
            self._count(request.endpoint or "", address, limit)
            for limit in self.limits
        ]
        g.rate_limit_left = tightest = min(left, key=lambda x: x.remaining)
        if tightest.remaining >= 0:
            return None
        return error(429, f"rate limit exceeded ({tightest.limit.text})")

    def _count(self, endpoint: str, address: str, limit: Limit) -> Remaining:
        """Count in the window that is open now."""
        now = self._now()
        window = int(now // limit.seconds)
        key = (endpoint, address, limit.seconds, window)
        with self._lock:
            self._forget(now)
            self._counts[key] = count = self._counts.get(key, 0) + 1
        reset = (window + 1) * limit.seconds
        return Remaining(limit, limit.amount - count, reset)

    def _forget(self, now: float) -> None:
        """Drop the windows that are closed."""
        closed = [key for key in self._counts if (key[3] + 1) * key[2] <= now]
        for key in closed:
            del self._counts[key]

    def after(self, response: Response) -> Response:
        """Say what is left."""
        left: Remaining | None = g.get("rate_limit_left")
        if left is not None:
            wait = max(math.ceil(left.reset - self._now()), 1)
            response.headers["X-RateLimit-Limit"] = str(left.limit.amount)
            response.headers["X-RateLimit-Remaining"] = str(
                max(left.remaining, 0)
            )
            response.headers["X-RateLimit-Reset"] = str(int(left.reset))
            response.headers["Retry-After"] = str(wait)
        return response

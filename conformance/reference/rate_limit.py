"""Rate limits as FitTrackee's: fixed windows, off by default.

Counted per endpoint, method and client address. Every limited response says
what is left; beyond the limit it is 429.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from conformance.reference.api.answers import error

if TYPE_CHECKING:
    from flask import Response
    from limits import RateLimitItem


@dataclass(frozen=True)
class Remaining:
    """What is left of a limit, -1 beyond it."""

    limit: RateLimitItem
    remaining: int
    reset: float


def parse(text: str) -> tuple[RateLimitItem, ...]:
    """Read limits such as ``300 per 5 minutes, 20 per second``.

    Raises:
        ValueError: It cannot be read; the message is one line.
    """
    try:
        limits = parse_many(text)
    except ValueError:
        limits = []
    # The library takes "per 0 minutes" for "per minute".
    if not limits or 0 in map(int, re.findall(r"\d+", text)):
        raise ValueError(
            f"rate limit {text!r}: write it as '300 per 5 minutes'"
        )
    return tuple(limits)


class RateLimiter:
    """Counts requests in memory, for one server."""

    def __init__(self, limits: tuple[RateLimitItem, ...]) -> None:
        """Begin at zero; all limits hold at once."""
        self.limits = limits
        self._windows = FixedWindowRateLimiter(MemoryStorage())

    def before(self) -> Response | None:
        """Count the request; return 429 when it is one too many."""
        left = [self._count(limit) for limit in self.limits]
        g.rate_limit_left = tightest = min(left, key=lambda x: x.remaining)
        if tightest.remaining >= 0:
            return None
        return error(429, f"rate limit exceeded ({tightest.limit})")

    def _count(self, limit: RateLimitItem) -> Remaining:
        """Count in the window that is open now."""
        key = request.endpoint or "", request.remote_addr or ""
        within = self._windows.hit(limit, *key)
        reset, remaining = self._windows.get_window_stats(limit, *key)
        return Remaining(limit, remaining if within else -1, reset)

    def after(self, response: Response) -> Response:
        """Say what is left."""
        left: Remaining | None = g.get("rate_limit_left")
        if left is not None:
            wait = max(math.ceil(left.reset - time.time()), 1)
            response.headers["X-RateLimit-Limit"] = str(left.limit.amount)
            response.headers["X-RateLimit-Remaining"] = str(
                max(left.remaining, 0)
            )
            response.headers["X-RateLimit-Reset"] = str(int(left.reset))
            response.headers["Retry-After"] = str(wait)
        return response

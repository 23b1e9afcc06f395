"""Which headers the page omits in the exchanges of passed scenarios.

A run has thousands of exchanges, and most of their text are headers that every
response repeats. A passed scenario is shown without those; ``results.json``
has all of them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.results import Results

Headers = tuple[tuple[str, str], ...]

#: Characters of a body that a passed scenario shows.
SHOWN = 700

#: The share of responses that must have a header with the same value for it
#: to be common.
COMMON = 0.9

_OF_THE_CONNECTION = {
    "accept-encoding",
    "connection",
    "content-length",
    "date",
    "host",
    "keep-alive",
    "transfer-encoding",
    "user-agent",
}


def common(results: Results) -> Headers:
    """Return the headers that nearly all responses have, in lower case."""
    responses = [
        dict.fromkeys(_lower_names(exchange.response.headers))
        for scenario in results.scenarios
        for exchange in scenario.exchanges
        if exchange.response
    ]
    counts = Counter(header for found in responses for header in found)
    if len(responses) < 2:
        return ()
    return tuple(h for h, n in counts.items() if n >= COMMON * len(responses))


def essential(headers: Headers, common: Headers = ()) -> Headers:
    """Return the headers that are specific to an exchange.

    If one of the common headers is missing, none of them is omitted, so that
    a reader notices it.
    """
    lower = _lower_names(headers)
    omitted = set(common) if set(common) <= set(lower) else set()
    return tuple(
        header
        for header, named in zip(headers, lower, strict=True)
        if named[0] not in _OF_THE_CONNECTION and named not in omitted
    )


def _lower_names(headers: Headers) -> Headers:
    """Return the headers with their names in lower case."""
    return tuple((name.lower(), value) for name, value in headers)

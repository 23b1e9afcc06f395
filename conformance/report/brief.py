"""What the page leaves out of exchanges that found nothing wrong.

A run has thousands of exchanges, and most of their text is headers that
every response repeats. A scenario that passed is shown without those;
``results.json`` has all of them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.results import Results

Headers = tuple[tuple[str, str], ...]

#: The most characters of a body that a scenario that passed shows.
SHOWN = 700

#: The part of all responses that has to carry a header alike before it is
#: told once for all.
USUAL = 0.9

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


def usual(results: Results) -> Headers:
    """Return the headers that nearly all responses of the run carry alike."""
    responses = [
        dict.fromkeys(_alike(exchange.response.headers))
        for scenario in results.scenarios
        for exchange in scenario.exchanges
        if exchange.response
    ]
    counts = Counter(header for found in responses for header in found)
    if len(responses) < 2:
        return ()
    return tuple(h for h, n in counts.items() if n >= USUAL * len(responses))


def essential(headers: Headers, usual: Headers = ()) -> Headers:
    """Return the headers that tell something about this one exchange.

    Where one of the usual headers is missing, none of them is left out:
    that is worth seeing.
    """
    spared = set(usual) if set(usual) <= set(_alike(headers)) else set()
    return tuple(
        header
        for header, alike in zip(headers, _alike(headers), strict=True)
        if alike[0] not in _OF_THE_CONNECTION and alike not in spared
    )


def _alike(headers: Headers) -> Headers:
    """Return the headers with their names in small letters."""
    return tuple((name.lower(), value) for name, value in headers)

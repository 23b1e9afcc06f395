"""The response to a malformed request, or why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from conformance.evidence import observe
from conformance.instance.connection import SECONDS
from conformance.instance.preconditions import unmet

if TYPE_CHECKING:
    from collections.abc import Callable

Stage = tuple[int, str]
REFUSED = range(400, 500)


@dataclass(frozen=True)
class Answer:
    """Outcome of a request that may get no response.

    Attributes:
        response: The response, None if there was none.
        seconds: Time from the request to the end of the response.
        error: Why there is no response, ``""`` if there is one.
        late: Whether the request timed out.
    """

    response: httpx.Response | None
    seconds: float
    error: str = ""
    late: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object in the response, empty for any other body."""
        try:
            body = self.response.json() if self.response else None
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def refused(self) -> bool:
        """Whether the response is a refusal (4xx)."""
        response = self.response
        return response is not None and response.status_code in REFUSED

    @property
    def stage(self) -> Stage:
        """Status and error of the response.

        Equal stages mean that the server's processing ended at the same
        check.
        """
        status = self.response.status_code if self.response else 0
        error = self.body.get("error") or self.body.get("message") or ""
        return status, str(error).partition(":")[0]


def answer_to(send: Callable[[], httpx.Response | None]) -> Answer:
    """Send a request; return its outcome."""
    began = time.monotonic()
    try:
        response, error, late = send(), "", False
    except (httpx.TimeoutException, TimeoutError) as problem:
        response, error, late = None, f"{type(problem).__name__}", True
    except (
        httpx.NetworkError,
        httpx.RemoteProtocolError,
        httpx.DecodingError,
    ) as problem:
        response, error, late = None, f"{type(problem).__name__}", False
    seconds = time.monotonic() - began
    if response is not None:
        # Without the time that recording took.
        seconds = response.extensions.get(SECONDS, seconds)
    else:
        error = error or "the connection ended"
    return Answer(response, seconds, error, late)


def must_come(answer: Answer) -> None:
    """Raise Blocked if a valid request got a 5xx or no response."""
    if answer.response is None or answer.response.status_code >= 500:
        raise unmet(
            "must_come",
            "a response to the valid request, without a server error",
            answer.response,
            actual=answer.error,
        )


class Depth:
    """Counts how many malformed requests get past the first validation.

    Such a request succeeds, causes a server error, or is refused otherwise
    than noise: requests that have nothing in common with a valid one.

    Attributes:
        sent: Number of requests.
        past: Number of those that got past it.
    """

    def __init__(self, noise: list[Answer]) -> None:
        """Start with the outcomes of requests that are noise."""
        self._noise = {answer.stage for answer in noise}
        self.sent = self.past = 0

    def count(self, answer: Answer) -> None:
        """Count the outcome of one more request."""
        self.sent += 1
        self.past += self._is_past(answer)

    def _is_past(self, answer: Answer) -> bool:
        if answer.response is None:
            return False
        by_framework = answer.refused and not answer.body
        return not by_framework and answer.stage not in self._noise

    def tell(self) -> None:
        """Add both numbers to the running scenario as an observation."""
        if not self._noise:
            return  # this endpoint has no first validation
        observe(
            f"{self.past} of {self.sent} requests got past the first "
            "validation: their responses differ from those to noise"
        )

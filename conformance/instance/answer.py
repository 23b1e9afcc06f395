"""An answer to a malformed request, or why none came."""

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
    """What came, and how long it took.

    Attributes:
        response: None when the connection ended without one.
        seconds: From the request to the end of the answer.
        error: Why none came, ``""`` when one did.
        late: Whether nothing came for as long as the harness waits.
    """

    response: httpx.Response | None
    seconds: float
    error: str = ""
    late: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object that came, empty for anything else."""
        try:
            body = self.response.json() if self.response else None
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def refused(self) -> bool:
        """Whether the request was refused (4xx)."""
        response = self.response
        return response is not None and response.status_code in REFUSED

    @property
    def stage(self) -> Stage:
        """How far the request went, as far as its answer shows."""
        status = self.response.status_code if self.response else 0
        said = self.body.get("error") or self.body.get("message") or ""
        return status, str(said).partition(":")[0]


def answer_to(send: Callable[[], httpx.Response | None]) -> Answer:
    """Send a request; tell what came of it."""
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
        # Without the time that the evidence took.
        seconds = response.extensions.get(SECONDS, seconds)
    else:
        error = error or "the connection ended"
    return Answer(response, seconds, error, late)


def must_come(answer: Answer) -> None:
    """Demand any answer to a good request; Blocked without one."""
    if answer.response is None or answer.response.status_code >= 500:
        raise unmet(
            "must_come",
            "an answer to the good request",
            answer.response,
            actual=answer.error,
        )


class Depth:
    """Counts how many requests get past a server's first look.

    A request did when it was served, when the server failed over it, or
    when its refusal is not the one that noise gets: a request that has
    nothing in common with a good one.
    """

    def __init__(self, noise: list[Answer]) -> None:
        """Know the refusals of noise."""
        self._noise = {answer.stage for answer in noise}
        self.sent = self.past = 0

    def count(self, answer: Answer) -> None:
        """Take one more answer into account."""
        self.sent += 1
        self.past += self._is_past(answer)

    def _is_past(self, answer: Answer) -> bool:
        if answer.response is None:
            return False
        by_framework = answer.refused and not answer.body
        return not by_framework and answer.stage not in self._noise

    def tell(self) -> None:
        """Note the share on the running scenario."""
        if not self._noise:
            return  # nothing is looked at first
        observe(
            f"{self.past} of {self.sent} requests got past the first look: "
            "they were not answered as noise is"
        )

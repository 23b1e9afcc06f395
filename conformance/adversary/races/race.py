"""Sends concurrent requests, to find race conditions.

A server that checks a value in one step and updates it in another is correct
for sequential requests only. A race opens a connection for each request,
sends all of it but the last byte, and then sends the last bytes together,
microseconds apart and without threads.

Threads read the responses, so that each connection is closed at its end:
gunicorn waits up to two seconds for a client to close, and that worker serves
no other request meanwhile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.errors import Blocked, Unsupported
from conformance.evidence import RECORDER
from conformance.evidence.octets import to_text
from conformance.instance.connection import TARGET, not_limited
from conformance.instance.raw_http import TIMEOUT, RawConnection, request_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import httpx

    from conformance.adversary.budget import Budget
    from conformance.adversary.races.overlap import Overlap
    from conformance.evidence import Recorder
    from conformance.instance.connection import Connection

    Verb = Callable[[], httpx.Response]

CONNECTIONS, MODEST_CONNECTIONS = 8, 4
ROUNDS, MODEST_ROUNDS = 8, 3  # modest if the instance has other users
ONE_AT_A_TIME = 1  # rounds on a sequential server
HTTPX_HEADERS = {  # not sent; request_bytes sets those it needs
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "user-agent",
}


class Race:
    """Sends requests of actors concurrently.

    Attributes:
        connections: Number of requests of a round.
        rounds: Number of rounds of a scenario, as a race condition shows
            only sometimes.
    """

    def __init__(
        self,
        wire: Connection,
        budget: Budget,
        *,
        overlap: Overlap,
        recorder: Recorder = RECORDER,
        timeout: float = TIMEOUT,
    ) -> None:
        """Set the instance and the number of rounds.

        Args:
            wire: The connection to the instance.
            budget: ``--examples`` sets the number of rounds on an instance
                that the harness started.
            overlap: The control: whether the server handles requests
                concurrently.
            recorder: Records the exchanges.
            timeout: Seconds for connecting, and for each response.
        """
        own = wire.instance.disposable
        self.connections = CONNECTIONS if own else MODEST_CONNECTIONS
        self.rounds = ROUNDS if own else MODEST_ROUNDS
        if own and budget.examples:
            rounds = budget.examples // budget.examples_per_round
            self.rounds = max(1, rounds)
        self._wire = wire
        self._recorder = recorder
        self._timeout = timeout
        self._overlap = overlap
        self._proven = False

    def prove_overlap(self) -> None:
        """Require proof that the server handles requests concurrently.

        Raises:
            Unsupported: The server handles one request at a time.
            Blocked: The control failed.
        """
        self._prove()
        if self._overlap.problem:
            raise self._overlap.problem

    def _prove(self) -> None:
        """Record the control in the scenario's evidence, once."""
        if self._proven:
            return
        self._proven = True
        self._overlap.prove()
        if isinstance(self._overlap.problem, Unsupported):
            self.rounds = ONE_AT_A_TIME

    def run(self, verbs: Sequence[Verb]) -> list[httpx.Response]:
        """Send the requests of some verbs concurrently.

        Args:
            verbs: Methods of actors that each send one request. They are
                called in turn; their requests are held, and what they
                return is ignored.

        Returns:
            The responses, in the order of the verbs.

        Raises:
            Blocked: A request got no response, or that of the rate limit, so
                that the outcome is unknown.
        """
        with self._wire.transport.holding() as requests:
            for verb in verbs:
                verb()
        self._prove()
        with ExitStack() as stack:
            connections = [
                stack.enter_context(self._opened(request))
                for request in requests
            ]
            held = [self._bytes(request) for request in requests]
            for connection, sent in zip(connections, held, strict=True):
                connection.send(sent[:-1])
            for connection, sent in zip(connections, held, strict=True):
                connection.send(sent[-1:])
            with ThreadPoolExecutor(len(connections)) as readers:
                outcomes = list(readers.map(_response, connections))
        for connection in connections:
            self._recorder.record(connection.seen)
        return [self._must_be_response(outcome) for outcome in outcomes]

    def same(self, verb: Verb) -> list[httpx.Response]:
        """Send the same request over all connections at once."""
        return self.run([verb] * self.connections)

    def against(
        self, end: Verb, uses: Sequence[Verb], turn: int
    ) -> tuple[httpx.Response, list[httpx.Response]]:
        """Send a request that ends something, and others that use it.

        Args:
            end: Sends the request that ends it.
            uses: Send the requests that use it.
            turn: Number of the round. The position of ``end`` depends on it,
                starting in the middle.

        Returns:
            The response to ``end``, and those to ``uses``.
        """
        place = (turn + len(uses) // 2) % (len(uses) + 1)
        responses = self.run([*uses[:place], end, *uses[place:]])
        return responses.pop(place), responses

    def turns(self, counts: Sequence[int], most: int = 0) -> Iterator[int]:
        """Yield the numbers of the rounds, until one exceeds a limit.

        The evidence holds the last round only.

        Args:
            counts: The counts of the finished rounds; the scenario appends
                to it.
            most: The limit of a count.
        """
        self._prove()
        evidence = self._recorder.current
        begun = evidence.mark()
        for turn in range(self.rounds):
            evidence.rewind(begun)
            yield turn
            if counts and counts[-1] > most:
                return

    def summary(self, rounds: Sequence[int], what: str = "winners") -> str:
        """Return the counts of some rounds on one line."""
        each = " ".join(map(str, rounds))
        return (
            f"{what} in each of {len(rounds)} rounds of "
            f"{self.connections} requests: {each}"
        )

    def _opened(self, request: httpx.Request) -> RawConnection:
        actor = request.extensions.get("actor", "client")
        try:
            return RawConnection(
                self._wire.instance,
                actor,
                recorder=self._recorder,
                timeout=self._timeout,
            )
        except OSError as error:
            raise Blocked(
                "the server does not accept so many connections at once: "
                f"{error}"
            ) from None

    def _bytes(self, request: httpx.Request) -> bytes:
        """Return the bytes of a request."""
        headers = {
            to_text(name).title(): to_text(value)
            for name, value in request.headers.raw
            if to_text(name).lower() not in HTTPX_HEADERS
        }
        instance = self._wire.instance
        target = request.extensions.get(TARGET, request.url.raw_path)
        path = to_text(target)
        return request_bytes(
            instance,
            request.method,
            path.removeprefix(urlsplit(instance.url).path),
            headers=headers,
            content=request.content,
        )

    def _must_be_response(
        self, outcome: httpx.Response | TimeoutError | None
    ) -> httpx.Response:
        if isinstance(outcome, TimeoutError):
            raise Blocked(
                "a request of a race got no response within "
                f"{self._timeout:g} s"
            )
        if outcome is None:
            raise Blocked("a request of a race got no response")
        return not_limited(outcome)


def _response(
    connection: RawConnection,
) -> httpx.Response | TimeoutError | None:
    """Return the response, and close the connection at once."""
    with connection:
        try:
            return connection.answer(record=False)
        except TimeoutError as error:
            return error

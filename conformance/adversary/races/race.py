"""Requests that reach the server at the same moment.

What a server checks in one step and stores in another holds as long as
requests come one after the other. A race opens a connection for each
request, sends all of it but the last byte, and then lets the last bytes go
together: what is between them is microseconds, without any thread here.

Responses are read by threads, for each connection ends with its response:
gunicorn waits up to two seconds for a client to close, and a worker that
waits serves nobody else.
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
ROUNDS, MODEST_ROUNDS = 8, 3  # modest where others are served, too
ONE_AT_A_TIME = 1  # round, where nobody can lose
OUR_OWN = {
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "user-agent",
}


class Race:
    """Sends what actors say at the same moment.

    Attributes:
        connections: How many requests a round has.
        rounds: How many rounds a scenario tries: a hole that shows now and
            then is a hole.
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
        """Race against the instance that a wire reaches.

        Args:
            wire: How to reach it.
            budget: More examples, when the user chose a number, make for
                more rounds, on an instance of the harness's own.
            overlap: Finds out whether there is a race at all.
            recorder: Where exchanges go.
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
        """Require proof that two requests are in the server together.

        Raises:
            Unsupported: The server takes one request after the other, so
                that nobody could lose.
            Blocked: There is no telling.
        """
        self._prove()
        if self._overlap.problem:
            raise self._overlap.problem

    def _prove(self) -> None:
        """Put the proof into the scenario's evidence, once."""
        if self._proven:
            return
        self._proven = True
        self._overlap.prove()
        if isinstance(self._overlap.problem, Unsupported):
            self.rounds = ONE_AT_A_TIME

    def run(self, verbs: Sequence[Verb]) -> list[httpx.Response]:
        """Send what each verb of an actor says, all at once.

        Args:
            verbs: Called in turn, each to say one request; nothing is sent
                then, and what a verb returns means nothing.

        Returns:
            The responses, in the order of the verbs.

        Raises:
            Blocked: A request got no response, or the rate limit's: there is
                no telling who won.
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
                answers = list(readers.map(_answer, connections))
        for connection in connections:
            self._recorder.record(connection.seen)
        return [self._must_have_come(answer) for answer in answers]

    def same(self, verb: Verb) -> list[httpx.Response]:
        """Send the same request over all connections at once."""
        return self.run([verb] * self.connections)

    def against(
        self, end: Verb, uses: Sequence[Verb], turn: int
    ) -> tuple[httpx.Response, list[httpx.Response]]:
        """Send what ends something while it is used.

        Args:
            end: Says the request that ends it.
            uses: Say the requests that use it.
            turn: Number of the round: the place of the end among the uses
                changes with it, from the middle on.

        Returns:
            The response to the end, and those to the uses.
        """
        place = (turn + len(uses) // 2) % (len(uses) + 1)
        answers = self.run([*uses[:place], end, *uses[place:]])
        return answers.pop(place), answers

    def turns(self, counts: Sequence[int], most: int = 0) -> Iterator[int]:
        """Count up the rounds, until one has more than it may.

        Only the last one stays in the evidence.

        Args:
            counts: One for each round that was; the scenario adds them.
            most: What a round may have.
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
        """Return the outcome of some rounds on one line."""
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
                "the server does not take so many connections at once: "
                f"{error}"
            ) from None

    def _bytes(self, request: httpx.Request) -> bytes:
        """Return a request as it goes over the wire."""
        headers = {
            to_text(name).title(): to_text(value)
            for name, value in request.headers.raw
            if to_text(name).lower() not in OUR_OWN
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

    def _must_have_come(
        self, answer: httpx.Response | TimeoutError | None
    ) -> httpx.Response:
        if isinstance(answer, TimeoutError):
            raise Blocked(
                "a request of a race got no response within "
                f"{self._timeout:g} s"
            )
        if answer is None:
            raise Blocked("a request of a race got no response")
        return not_limited(answer)


def _answer(
    connection: RawConnection,
) -> httpx.Response | TimeoutError | None:
    """Return the response, and end the connection at once."""
    with connection:
        try:
            return connection.answer(record=False)
        except TimeoutError as error:
            return error

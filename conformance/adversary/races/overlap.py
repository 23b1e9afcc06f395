"""The control of a race: does an instance handle requests concurrently?

A server that handles one request at a time passes every race, which proves
nothing. So a slow request is sent, and a quick one a moment later. If the
complete response to the quick one arrives before the first byte of the other,
the server handled both at the same time: a sequential server would finish the
slow one first.

The slow request is a login with the right password, whose hash takes
FitTrackee about half a second inside the app. A proxy in front can neither
respond to it nor delay it, as many delay a request with an incomplete body.
The harness's own reference holds a request for a given time instead.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING

from conformance.adversary.malformed.json_bodies import JSON
from conformance.errors import Blocked, Unsupported
from conformance.evidence import RECORDER
from conformance.instance import CONTROL_HEADER
from conformance.instance.connection import not_limited
from conformance.instance.raw_http import TIMEOUT, RawConnection, request_bytes
from conformance.routes import LOGIN, PING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.evidence import Recorder
    from conformance.evidence.raw_exchange import RawExchange
    from conformance.instance.connection import Connection

ACTOR = "race control"
HOLD = "/_conformance/hold"
HOLD_SECONDS = 0.5
POLL = 0.002  # seconds between two checks of the connections
SLOW, QUICK = "the slow request", "a ping"
GAPS = (0.15, 0.03, 0.0)  # seconds; the next one if a login is quicker
NEEDED = 2  # of three: a single one may be caused by the network
SERIAL = "this instance serves one request at a time"
TOO_QUICK = (
    "it is unknown whether this instance serves requests concurrently: its "
    "login is too quick to be overtaken"
)


class Overlap:
    """Checks once whether the server handles two requests concurrently.

    Attributes:
        problem: Why that is not proven, None if it is.
    """

    def __init__(
        self,
        wire: Connection,
        *,
        recorder: Recorder = RECORDER,
        timeout: float = TIMEOUT,
    ) -> None:
        """Prepare the control; nothing is sent yet.

        Args:
            wire: The connection to the instance.
            recorder: Records the exchanges.
            timeout: Seconds for connecting, and for each response.
        """
        self.problem: Blocked | Unsupported | None = None
        self._wire = wire
        self._recorder = recorder
        self._timeout = timeout
        self._seen: list[RawExchange] = []
        self._observation = ""

    def prove(self) -> None:
        """Run the control, at the first call; record it in the evidence."""
        evidence = self._recorder.current
        if key := self._wire.instance.control_key:
            evidence.redactor.learn(key, "control_key")
        again = bool(self._observation)
        if not again:
            try:
                self._run()
            except Blocked as problem:
                self._observation = f"control of the race: {problem}"
                self.problem = Blocked(self._observation)
        for seen in self._seen:
            self._recorder.record(seen, again=again)
        evidence.observe(self._observation)

    def _run(self) -> None:
        """Try to overtake slow requests; the best of three attempts counts."""
        gaps = list(GAPS)
        found: list[bool] = []
        while gaps and max(found.count(True), found.count(False)) < NEEDED:
            overtaken = self._overtakes(gaps[0])
            if overtaken is None:
                del gaps[0]
            else:
                found.append(overtaken)
        self._observation = (
            "a quick request overtook a slow one in "
            f"{found.count(True)} of {len(found)} attempts"
        )
        if found.count(True) < NEEDED:
            # Without a gap, the login may simply be quicker than the ping.
            reason = SERIAL if gaps and gaps[0] else TOO_QUICK
            self.problem = Unsupported(reason)

    def _overtakes(self, gap: float) -> bool | None:
        """Return whether a quick request gets its response before a slow one.

        Args:
            gap: Seconds between the two requests.

        Returns:
            None if the response to the slow one came within the gap.
        """
        with self._opened() as slow:
            slow.send(self._slow())
            time.sleep(gap)
            too_quick = slow.is_answering()
            with self._opened() as quick:
                # A new query each time, so that no cache can respond.
                once = secrets.token_hex(8)
                quick.send(self._request("GET", f"{PING}?{once}"))
                self._wait(quick, slow)
                if not quick.is_answering():
                    # A worker may wait for the end of this connection.
                    self._must_answer(slow, SLOW)
                    self._must_answer(quick, QUICK)
                    return None if too_quick else False
                self._must_answer(quick, QUICK)
            overtaken = not slow.is_answering()
            self._must_answer(slow, SLOW)
        return None if too_quick else overtaken

    def _wait(self, *connections: RawConnection) -> None:
        """Wait for the first response on some connections, or a timeout."""
        until = time.monotonic() + self._timeout
        while time.monotonic() < until:
            if any(connection.is_answering() for connection in connections):
                return
            time.sleep(POLL)

    def _opened(self) -> RawConnection:
        try:
            return RawConnection(
                self._wire.instance,
                ACTOR,
                recorder=self._recorder,
                timeout=self._timeout,
            )
        except OSError as error:
            raise Blocked(f"no second connection: {error}") from None

    def _must_answer(self, connection: RawConnection, what: str) -> None:
        with connection:
            try:
                response = connection.answer(record=False)
            except TimeoutError:
                response = None
        self._seen.append(connection.seen)
        if response is None:
            raise Blocked(f"{what}: {connection.seen.error}")
        if not not_limited(response).is_success:
            raise Blocked(f"{what} got {response.status_code}")

    def _slow(self) -> bytes:
        instance = self._wire.instance
        if instance.control_key:
            return self._request(
                "POST",
                HOLD,
                {"seconds": HOLD_SECONDS},
                {CONTROL_HEADER: instance.control_key},
            )
        user = instance.owner
        sent = {"email": user.email, "password": user.password}
        return self._request("POST", LOGIN, sent)

    def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        merged = {**self._wire.headers, **(headers or {})}
        if body:
            merged["Content-Type"] = JSON
        return request_bytes(
            self._wire.instance,
            method,
            path,
            headers=merged,
            content=json.dumps(body).encode() if body else b"",
        )

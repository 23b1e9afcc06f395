"""Whether an instance serves two requests at the same moment.

Nobody can lose a race on a server that takes one request after the other:
there every race passes, and proves nothing. So a slow request is sent, and a
quick one a moment later. Where the whole response to the quick one is there
before anything of the other, both were in the server together: one that
takes a request at a time has begun with the slow one, and ends it first.

The slow request is a login with the right password, whose hash costs
FitTrackee about half a second of work inside the app. A proxy in front can
neither answer that itself nor hold it back, as many do with a request whose
body is not all there. The harness's own reference is told to take its time.
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
LOOK = 0.002  # seconds between two looks at the connections
SLOW, QUICK = "the slow request", "a ping"
GAPS = (0.15, 0.03, 0.0)  # seconds; the next one where a login takes less
NEEDED = 2  # of three: a single overtaking may be the network's doing
SERIAL = "this instance serves one request at a time"
TOO_QUICK = (
    "nothing shows whether this instance serves two requests at a time: its "
    "login is too quick to be overtaken"
)


class Overlap:
    """Finds out, once, whether two requests can be in the server together.

    Attributes:
        problem: Why that is not proven, None when it is.
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
            wire: How to reach the instance.
            recorder: Where exchanges go.
            timeout: Seconds for connecting, and for each response.
        """
        self.problem: Blocked | Unsupported | None = None
        self._wire = wire
        self._recorder = recorder
        self._timeout = timeout
        self._seen: list[RawExchange] = []
        self._told = ""

    def prove(self) -> None:
        """Try it, unless that was done; show how in the evidence."""
        evidence = self._recorder.current
        if key := self._wire.instance.control_key:
            evidence.redactor.learn(key, "control_key")
        again = bool(self._told)
        if not again:
            try:
                self._try()
            except Blocked as problem:
                self._told = f"control of the race: {problem}"
                self.problem = Blocked(self._told)
        for seen in self._seen:
            self._recorder.record(seen, again=again)
        evidence.observe(self._told)

    def _try(self) -> None:
        """Let quick requests overtake slow ones, the best of three."""
        gaps = list(GAPS)
        found: list[bool] = []
        while gaps and max(found.count(True), found.count(False)) < NEEDED:
            overtaken = self._overtakes(gaps[0])
            if overtaken is None:
                del gaps[0]
            else:
                found.append(overtaken)
        self._told = (
            "a quick request overtook a slow one in "
            f"{found.count(True)} of {len(found)} attempts"
        )
        if found.count(True) < NEEDED:
            # Without a gap a quick login may just have won.
            told = SERIAL if gaps and gaps[0] else TOO_QUICK
            self.problem = Unsupported(told)

    def _overtakes(self, gap: float) -> bool | None:
        """Tell whether a quick request is answered before a slow one.

        Args:
            gap: Seconds by which the slow one is ahead.

        Returns:
            None when the slow one was answered within the gap.
        """
        with self._opened() as slow:
            slow.send(self._slow())
            time.sleep(gap)
            too_quick = slow.is_answering()
            with self._opened() as quick:
                # A cache in front has no response to what is asked once.
                once = secrets.token_hex(8)
                quick.send(self._request("GET", f"{PING}?{once}"))
                self._wait(quick, slow)
                if not quick.is_answering():
                    # A worker may wait until this connection is closed.
                    self._must_answer(slow, SLOW)
                    self._must_answer(quick, QUICK)
                    return None if too_quick else False
                self._must_answer(quick, QUICK)
            overtaken = not slow.is_answering()
            self._must_answer(slow, SLOW)
        return None if too_quick else overtaken

    def _wait(self, *connections: RawConnection) -> None:
        """Wait until any of some connections is answering, or too long."""
        until = time.monotonic() + self._timeout
        while time.monotonic() < until:
            if any(connection.is_answering() for connection in connections):
                return
            time.sleep(LOOK)

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
            raise Blocked(f"{what} was answered {response.status_code}")

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

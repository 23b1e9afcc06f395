"""Many histories, in which one promise is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.adversary.histories import operations
from conformance.adversary.histories.attacks import Attacks
from conformance.adversary.histories.machine import Machine
from conformance.adversary.histories.narration import (
    HistoryViolation,
    Narration,
)
from conformance.adversary.histories.state import OWNER, Invariant
from conformance.adversary.histories.weights import STEPS
from conformance.adversary.hunt import Stop
from conformance.routes import PROFILE

if TYPE_CHECKING:
    from conformance.actors.owner import Owner
    from conformance.adversary.histories.operations import Operation
    from conformance.adversary.hunt import Hunt

SHARE = 0.2  # histories for each example of an ordinary hunt


class HistorySearch:
    """Histories of one scenario."""

    def __init__(
        self, hunt: Hunt, users: dict[str, Owner], promise: Invariant
    ) -> None:
        """Prepare them.

        Args:
            hunt: Looks for the history that breaks the promise.
            users: Who acts, by role.
            promise: What is judged.
        """
        self._hunt = hunt
        self._users = users
        self._promise = promise
        self._mark = hunt.evidence.mark()
        self._broken: list[HistoryViolation] = []

    def run(self) -> None:
        """Run them all.

        Raises:
            Violation: One broke the promise; the shortest one is told.
            Blocked: Codes and tokens do not work at all, so that it would
                prove nothing when they are refused.
        """
        owner = self._users[OWNER]
        app = owner.must_register()
        tokens = app.must_obtain_tokens(owner)
        app.must_call(tokens.access_token, PROFILE)
        app.must_refresh(tokens)
        self._mark = self._hunt.evidence.mark()

        self._hunt.histories(
            lambda: Machine(self._begin),
            share=SHARE,
            steps=STEPS,
            shorten=self._shorten,
        )

    def _shorten(self, _found: AssertionError | None) -> AssertionError | None:
        """Return the shortest history like the last that broke."""
        evidence = self._hunt.evidence
        end = evidence.http_requests + operations.REQUESTS
        if not self._broken:
            return None
        return operations.shortest(
            self._broken[-1],
            self._play,
            lambda: end - evidence.http_requests,
        )

    def _play(self, some: list[Operation]) -> HistoryViolation | None:
        history = self._begin()
        try:
            operations.play(history, some)
        except HistoryViolation as broken:
            return broken
        except Stop:
            return None  # what was found is there all the same
        finally:
            history.clean_up()
        return None

    def _begin(self) -> Attacks:
        evidence = self._hunt.evidence
        evidence.rewind(self._mark)
        telling = Narration(evidence, self._mark)
        return Attacks(self._users, self._promise, telling, self._broken)

"""Many random histories, in which one invariant is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.adversary.histories.history import History
from conformance.adversary.histories.machine import Machine
from conformance.adversary.histories.narration import (
    HistoryViolation,
    Narration,
)
from conformance.adversary.histories.operations import replay, shortest
from conformance.adversary.histories.state import OWNER, Invariant
from conformance.adversary.hunt import Stop
from conformance.routes import PROFILE

if TYPE_CHECKING:
    from conformance.actors.owner import Owner
    from conformance.adversary.histories.state import Operation
    from conformance.adversary.hunt import Hunt


class HistorySearch:
    """Histories of one scenario."""

    def __init__(
        self, hunt: Hunt, users: dict[str, Owner], invariant: Invariant
    ) -> None:
        """Prepare them.

        Args:
            hunt: Looks for the history that violates the invariant.
            users: Who acts, by role.
            invariant: What is judged.
        """
        self._hunt = hunt
        self._users = users
        self._invariant = invariant
        self._mark = hunt.evidence.mark()
        self._violations: list[HistoryViolation] = []

    def run(self) -> None:
        """Run them all.

        Raises:
            Violation: One violated the invariant; the shortest is reported.
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
            share=self._hunt.budget.histories_per_example,
            steps=self._hunt.budget.history_steps,
            shorten=self._shorten,
        )

    def _shorten(self, _found: AssertionError | None) -> AssertionError | None:
        """Return the shortest history like the last violation."""
        evidence = self._hunt.evidence
        most = self._hunt.budget.shortening_requests
        end = evidence.http_requests + most
        if not self._violations:
            return None
        return shortest(
            self._violations[-1],
            self._replay,
            lambda: end - evidence.http_requests,
        )

    def _replay(self, operations: list[Operation]) -> HistoryViolation | None:
        history = self._begin()
        try:
            replay(history, operations)
        except HistoryViolation as violation:
            return violation
        except Stop:
            return None  # the violation that was found stays
        finally:
            history.clean_up()
        return None

    def _begin(self) -> History:
        evidence = self._hunt.evidence
        evidence.rewind(self._mark)
        narration = Narration(evidence, self._mark)
        return History(
            self._users, self._invariant, narration, self._violations
        )

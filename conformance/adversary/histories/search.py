"""Searches random histories for a violation of one invariant."""

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
    """The histories of one scenario."""

    def __init__(
        self, hunt: Hunt, users: dict[str, Owner], invariant: Invariant
    ) -> None:
        """Set what is searched.

        Args:
            hunt: Searches for a history that violates the invariant.
            users: The users, by role.
            invariant: The invariant that is judged.
        """
        self._hunt = hunt
        self._users = users
        self._invariant = invariant
        self._mark = hunt.evidence.mark()
        self._violations: list[HistoryViolation] = []

    def run(self) -> None:
        """Run the histories.

        Raises:
            Violation: One violated the invariant; the shortest is reported.
            Blocked: Codes and tokens do not work at all, so that their
                refusal would prove nothing.
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
        """Return the shortest violation like the last one."""
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
            return None  # keep the violation that was found before
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

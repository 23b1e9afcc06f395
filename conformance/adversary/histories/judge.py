"""Judges one invariant of a history, after each request.

A history is a random sequence of operations by users and apps. The history of
a violation is reported in words and as a shell script that repeats it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.adversary.histories import script
from conformance.adversary.histories.state import Invariant

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from conformance.adversary.histories.narration import Narration
    from conformance.adversary.histories.state import Credential


class Judge:
    """Judges the invariant of a history.

    Violations of other invariants are ignored: each invariant has a scenario
    of its own, with other histories.
    """

    def __init__(self, focus: Invariant, narration: Narration) -> None:
        """Prepare to judge.

        Args:
            focus: The invariant that is judged.
            narration: Holds the steps, and raises the violation.
        """
        self.focus = focus
        self._narration = narration
        # The invariant that is violated if what must work does not work.
        self._violated_by_failure = Invariant.UNTOUCHED

    @contextmanager
    def isolation_demanded(self) -> Iterator[None]:
        """In the block, judge what must work by isolation.

        Otherwise it is judged by ``UNTOUCHED``. The block follows an attempt
        of another user or app: what does not work there any more was
        affected by it.
        """
        self._violated_by_failure = Invariant.ISOLATION
        yield
        self._violated_by_failure = Invariant.UNTOUCHED

    def may_have_had_effect(self, accepted: bool) -> bool:
        """Return whether the model allows for an effect of a foreign attempt.

        If isolation is judged, it does not: the attempt must have no effect,
        and one is reported as a violation.

        Args:
            accepted: Whether the server accepted the attempt of another user
                or app.
        """
        return accepted and self.focus is not Invariant.ISOLATION

    def judge_scope(
        self, source: Credential, scope: set[str], response: httpx.Response
    ) -> None:
        """Demand that new tokens have no scope that was not granted."""
        if self.focus is not Invariant.SCOPE:
            return
        extra = sorted(scope - source.consent.scope)
        self._narration.demand(
            not extra,
            self.focus,
            f"{source} gives tokens for {' '.join(sorted(scope))}",
            response,
            violated=script.too_wide(extra[0] if extra else ""),
        )

    def judge(
        self,
        response: httpx.Response,
        worked: bool,
        forbidden: set[Invariant],
        *,
        demanded: bool,
        facts: tuple[str, str],
        condition: str,
    ) -> None:
        """Judge whether a request worked that must, or must not, work.

        Args:
            response: The server's response.
            worked: Whether the request worked.
            forbidden: The invariants that are violated if it worked.
            demanded: Whether an invariant is violated if it did not work:
                ``UNTOUCHED``, or isolation in a block of
                :meth:`isolation_demanded`.
            facts: The outcome in words, if it worked and if it did not.
            condition: The shell script's condition that it worked.
        """
        if self.focus in forbidden:
            met, violated = not worked, condition
        elif demanded and self.focus is self._violated_by_failure:
            met, violated = worked, f"! {condition}"
        else:
            return
        fact = facts[0] if worked else facts[1]
        self._narration.demand(
            met, self.focus, fact, response, violated=violated
        )

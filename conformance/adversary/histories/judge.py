"""Judges one invariant of a history, after each request."""

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

    Violations of other invariants are ignored: they have histories of their
    own.
    """

    def __init__(self, focus: Invariant, narration: Narration) -> None:
        """Prepare to judge.

        Args:
            focus: The invariant that is judged.
            narration: Holds the steps, and raises the violation.
        """
        self.focus = focus
        self._narration = narration
        self._demanding = Invariant.UNTOUCHED

    @contextmanager
    def isolation_demanded(self) -> Iterator[None]:
        """Judge demands inside the block as demands of isolation."""
        self._demanding = Invariant.ISOLATION
        yield
        self._demanding = Invariant.UNTOUCHED

    def may_have_had_effect(self, accepted: bool) -> bool:
        """Return whether a cross-user attempt may have had an effect.

        If isolation is judged, it must not have had any.
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
        """Judge whether a request should have worked.

        Args:
            response: The server's response.
            worked: Whether the request succeeded.
            forbidden: The invariants by which it must not work.
            demanded: Whether it has to work.
            facts: The outcomes "worked" and "did not work", in words.
            condition: The shell condition for "worked".
        """
        if self.focus in forbidden:
            met, violated = not worked, condition
        elif demanded and self.focus is self._demanding:
            met, violated = worked, f"! {condition}"
        else:
            return
        fact = facts[0] if worked else facts[1]
        self._narration.demand(
            met, self.focus, fact, response, violated=violated
        )

"""Random histories as a stateful test of Hypothesis.

Draws never depend on a server's responses, so that a seed or a stored example
draws the same on every server. There is only one rule, since Hypothesis
would disable some of several rules in each history and leave many empty.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from conformance.adversary.histories import final_check, verbs
from conformance.adversary.histories.state import (
    OWNER,
    STRANGER,
    WIDE,
    CredentialKind,
    Invariant,
)
from conformance.adversary.histories.verbs import Choices
from conformance.adversary.histories.weights import (
    ALL_VERBS,
    BETWEEN,
    LONGEST,
    VERBS,
)
from conformance.adversary.hunt import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.adversary.histories.history import History

PICK = st.integers(0, 3)
YES = st.booleans()
SELDOM = st.sampled_from([False, False, False, True])
CHOICES = st.fixed_dictionaries(
    {
        "pick": PICK,
        "other": PICK,
        "look": PICK,
        "wide": st.sampled_from([WIDE, WIDE, WIDE[:2]]),
        "scope": st.sampled_from([WIDE[:1], WIDE[:2], WIDE]),
        "asked": st.sampled_from([None, None, WIDE[:1], WIDE[1:2], WIDE]),
        "hint": st.sampled_from(
            [None, None, CredentialKind.ACCESS, CredentialKind.REFRESH]
        ),
        "stranger": SELDOM,
        "even": YES,
        "later": SELDOM,
    }
)


class Machine(RuleBasedStateMachine):
    """Draws and runs one history."""

    def __init__(self, begin: Callable[[], History]) -> None:
        """Set how a history begins.

        Args:
            begin: Returns a history without apps and credentials.
        """
        super().__init__()
        self._begin = begin
        self._history: History | None = None
        self._anything = False
        self._outer = sys.exc_info()[1]

    @initialize(
        second=st.sampled_from(["", STRANGER, STRANGER, OWNER]),
        anything=SELDOM,
        choices=CHOICES,
    )
    def begin_history(
        self, second: str, anything: bool, choices: dict[str, Any]
    ) -> None:
        """Begin with an app with tokens, and often with a second app."""
        self._anything = anything
        self._history = history = self._begin()
        drawn = Choices(
            **{**choices, "stranger": False, "later": False}, widens=anything
        )
        with _annotated(history):
            verbs.registers(history, drawn)
            if second in history.users and history.focus in BETWEEN:
                app = history.register(user=second, scope=drawn.wide)
                if history.focus is Invariant.UNTOUCHED:
                    verbs.connect(history, app, OWNER, drawn)

    @rule(verb=st.integers(0, 59), choices=CHOICES)
    def next_operation(self, verb: int, choices: dict[str, Any]) -> None:
        """Run one operation, unless the history is long enough."""
        history = self._history
        if history and len(history.narration.steps) < LONGEST:
            chosen = ALL_VERBS if self._anything else VERBS[history.focus]
            drawn = Choices(**choices, widens=self._anything)
            with _annotated(history):
                chosen[verb % len(chosen)](history, drawn)

    def teardown(self) -> None:
        """End the history with the final check; clean up in any case."""
        history = self._history
        if history is None:
            return
        try:
            if sys.exc_info()[1] is self._outer:
                with _annotated(history):
                    final_check.check(history)
        finally:
            history.clean_up()


@contextmanager
def _annotated(history: History) -> Iterator[None]:
    """Raise Stop for an error that is not a violation, with the steps."""
    try:
        yield
    except (AssertionError, HypothesisException):
        raise
    except (Stop, Exception) as error:
        cause = error.cause if isinstance(error, Stop) else error
        steps = history.narration.steps
        lines = [f"{n}. {step}" for n, step in enumerate(steps, 1)]
        cause.add_note("\n".join(["in the history:", *lines]))
        raise Stop(cause) from cause

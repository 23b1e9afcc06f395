"""Random histories as a stateful test of Hypothesis.

What is drawn never depends on what a server answered, so a seed or a kept
example draws the same on every server. For the same reason there is but one
rule: hypothesis would leave some of several out, and many a history empty.
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
    ANYTHING,
    BETWEEN,
    LONGEST,
    PLOTS,
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
    """Draws one history and lets it happen."""

    def __init__(self, begin: Callable[[], History]) -> None:
        """Prepare a history.

        Args:
            begin: Begins it, without apps and credentials.
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
    def begins(
        self, second: str, anything: bool, choices: dict[str, Any]
    ) -> None:
        """There is an app with tokens in every history, and often two."""
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
    def goes_on(self, verb: int, choices: dict[str, Any]) -> None:
        """Something happens, while the history is not too long."""
        history = self._history
        if history and len(history.narration.steps) < LONGEST:
            plot = ANYTHING if self._anything else PLOTS[history.focus]
            drawn = Choices(**choices, widens=self._anything)
            with _annotated(history):
                plot[verb % len(plot)](history, drawn)

    def teardown(self) -> None:
        """End the history: try once more, then clean up in any case."""
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
    """End the hunt at an error that is no violation; note the steps."""
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

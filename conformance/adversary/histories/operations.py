"""The operations of a history, so that some of them can be repeated.

hypothesis would shrink a history too, by its draws: that took well over a
thousand requests and left operations that had nothing to do with the
violation. Operations know what they are about, so leaving one out leaves out
what follows from it, and a few hundred requests find the shortest history.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import replace
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    ParamSpec,
    Protocol,
    TypeVar,
)

from conformance.adversary.histories.narration import HistoryViolation
from conformance.adversary.histories.state import (
    Credential,
    LivingApp,
    Operation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.adversary.histories.model import HistoryModel

    Replay = Callable[[list[Operation]], HistoryViolation | None]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_MODELLED = (LivingApp, Credential)
_SIMPLER: dict[str, dict[str, Any]] = {
    "grant": {"user": "owner", "pkce": False},
    "refresh": {"scope": None},
    "revoke": {"hint": None},
}


class OperationLog:
    """The operations of one history.

    Attributes:
        done: In order; without those that are part of another one.
    """

    def __init__(
        self, model: HistoryModel, violations: list[HistoryViolation]
    ) -> None:
        """Start with none.

        Args:
            model: Knows what an operation created.
            violations: Takes what an operation raises.
        """
        self.done: list[Operation] = []
        self._model = model
        self._violations = violations
        self._inside = False

    @contextmanager
    def recording(
        self, name: str, arguments: dict[str, Any]
    ) -> Iterator[None]:
        """Record the operation that happens inside."""
        if self._inside:
            yield
            return
        self._inside, before = True, self._model.everything
        self.done.append(Operation(name, arguments))
        try:
            yield
        except HistoryViolation as violation:
            violation.operations = list(self.done)
            self._violations.append(violation)
            raise
        finally:
            self._inside = False
            after = self._model.everything
            created = tuple(thing for thing in after if thing not in before)
            self.done[-1] = replace(self.done[-1], created=created)


class Logged(Protocol):
    """A history that has a log."""

    log: OperationLog


History = TypeVar("History", bound=Logged)


def operation(
    method: Callable[Concatenate[History, Arguments], Result],
) -> Callable[Concatenate[History, Arguments], Result]:
    """Record each call of a method in its history's log.

    Args:
        method: Takes named arguments only.
    """

    @functools.wraps(method)
    def recorded(
        self: History, /, *none: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        with self.log.recording(method.__name__, named):
            return method(self, *none, **named)

    return recorded


def replay(history: Logged, operations: list[Operation]) -> None:
    """Repeat operations in another history, as far as possible there."""
    known: dict[object, object] = {}
    for one in operations:
        values = one.arguments.values()
        if any(isinstance(v, _MODELLED) and v not in known for v in values):
            continue
        arguments = {
            name: known[value] if isinstance(value, _MODELLED) else value
            for name, value in one.arguments.items()
        }
        getattr(history, one.name)(**arguments)
        created = history.log.done[-1].created
        known.update(zip(one.created, created, strict=False))


def shortest(
    violation: HistoryViolation, replay: Replay, left: Callable[[], int]
) -> HistoryViolation:
    """Return the shortest history that violates the same invariant.

    Args:
        violation: Of a history.
        replay: Repeats operations; returns the violation, if there is one.
        left: How many requests may still be sent.
    """
    size = (0, 0)
    while size != _size(violation.operations):
        size = _size(violation.operations)
        for shorter in (_without, _simpler):
            n = len(violation.operations)
            while n > 0:
                n = min(n, len(violation.operations)) - 1
                for operations in shorter(violation.operations, n):
                    again = replay(operations) if left() > 0 else None
                    if again and _size(again.operations) < _size(
                        violation.operations
                    ):
                        violation = again
    return violation


def _without(operations: list[Operation], n: int) -> Iterator[list[Operation]]:
    """Yield the operations without one; the last one is the violation."""
    if n < len(operations) - 1:
        yield [*operations[:n], *operations[n + 1 :]]


def _simpler(operations: list[Operation], n: int) -> Iterator[list[Operation]]:
    """Yield the operations with one of them made simpler."""
    old = operations[n]
    for name, value in _SIMPLER.get(old.name, {}).items():
        if old.arguments.get(name) != value:
            simpler = replace(old, arguments={**old.arguments, name: value})
            yield [*operations[:n], simpler, *operations[n + 1 :]]


def _size(operations: list[Operation]) -> tuple[int, int]:
    """Return how many operations there are, and how many could be simpler."""
    complicated = sum(
        one.arguments.get(name) != value
        for one in operations
        for name, value in _SIMPLER.get(one.name, {}).items()
    )
    return len(operations), complicated

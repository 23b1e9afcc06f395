"""The log of a history's operations, and how a history is shortened.

Hypothesis could shrink a history by its draws, but that took well over a
thousand requests and left unrelated operations. An operation knows its apps
and credentials, so that removing one removes all that depend on it: a few
hundred requests find the shortest history.
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
    AppState,
    Credential,
    Operation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.adversary.histories.model import HistoryModel

    Replay = Callable[[list[Operation]], HistoryViolation | None]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_MODELLED = (AppState, Credential)
_SIMPLER: dict[str, dict[str, Any]] = {
    "grant": {"user": "owner", "pkce": False},
    "refresh": {"scope": None},
    "revoke": {"hint": None},
}


class OperationLog:
    """The operations of one history.

    Attributes:
        done: In order; an operation within another one is not included.
    """

    def __init__(
        self, model: HistoryModel, violations: list[HistoryViolation]
    ) -> None:
        """Start an empty log.

        Args:
            model: The model, for what an operation creates.
            violations: Violations that an operation raises are appended.
        """
        self.done: list[Operation] = []
        self._model = model
        self._violations = violations
        self._inside = False

    @contextmanager
    def recording(
        self, name: str, arguments: dict[str, Any]
    ) -> Iterator[None]:
        """Record the operation inside the block."""
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
            created = tuple(item for item in after if item not in before)
            self.done[-1] = replace(self.done[-1], created=created)


class Logged(Protocol):
    """A history with a log of its operations."""

    log: OperationLog


History = TypeVar("History", bound=Logged)


def operation(
    method: Callable[Concatenate[History, Arguments], Result],
) -> Callable[Concatenate[History, Arguments], Result]:
    """Decorate a method so that its history's log records each call.

    Args:
        method: A method with keyword-only arguments.
    """

    @functools.wraps(method)
    def recorded(
        self: History, /, *none: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        with self.log.recording(method.__name__, named):
            return method(self, *none, **named)

    return recorded


def replay(history: Logged, operations: list[Operation]) -> None:
    """Repeat operations in another history, except those that cannot be.

    An operation is left out if an app or credential of it does not exist.
    """
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
        violation: The violation of a history.
        replay: Repeats operations; returns the violation, if any.
        left: Returns how many requests may still be sent.
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
    """Yield the operations without one, unless it is the last."""
    if n < len(operations) - 1:
        yield [*operations[:n], *operations[n + 1 :]]


def _simpler(operations: list[Operation], n: int) -> Iterator[list[Operation]]:
    """Yield the operations with simpler arguments of one of them."""
    old = operations[n]
    for name, value in _SIMPLER.get(old.name, {}).items():
        if old.arguments.get(name) != value:
            simpler = replace(old, arguments={**old.arguments, name: value})
            yield [*operations[:n], simpler, *operations[n + 1 :]]


def _size(operations: list[Operation]) -> tuple[int, int]:
    """Return the number of operations and of arguments to simplify."""
    complicated = sum(
        one.arguments.get(name) != value
        for one in operations
        for name, value in _SIMPLER.get(one.name, {}).items()
    )
    return len(operations), complicated

"""Exceptions of the harness."""

from __future__ import annotations

from typing import Protocol


class Numbered(Protocol):
    """A recorded exchange, with its number in the scenario's evidence."""

    n: int


class HarnessError(Exception):
    """Base of the errors that end a run with one line and exit status 2."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        """Set the message.

        Args:
            message: One line that says what is wrong and what to do.
            detail: Further lines, such as the end of a server's log, which
                are printed below it; may be empty.
        """
        super().__init__(message)
        self.message = message
        self.detail = detail


class UsageError(HarnessError):
    """An option or an environment variable is invalid."""


class TargetError(HarnessError):
    """The target cannot be started, reached or logged in to."""


class Blocked(Exception):  # noqa: N818 - a verdict's name, not an error's
    """A precondition failed, so the requirement was not tested.

    Attributes:
        expected: What the precondition demands, ``""`` if the problem is a
            sentence.
        actual: The actual outcome.
        exchange: The exchange that failed, None without one.
        broken: Id of another requirement that the server violates, ``""``
            if it violates none.
    """

    def __init__(
        self,
        problem: str = "",
        *,
        verb: str = "",
        actor: str = "",
        expected: str = "",
        actual: str = "",
        exchange: Numbered | None = None,
        broken: str = "",
    ) -> None:
        """Set what failed: as a sentence, or by its parts.

        Args:
            problem: A sentence, instead of verb, actor, expected and actual.
            verb: Name of the precondition, such as ``must_exchange``.
            actor: The actor that sent the request, such as ``app``.
            expected: The expected outcome.
            actual: The actual outcome.
            exchange: The exchange that failed.
            broken: Id of another requirement that the server violates.
        """
        super().__init__(problem)
        self._problem = problem
        self._verb = f"{verb} ({actor})" if actor else verb
        self.expected = expected
        self.actual = actual
        self.exchange = exchange
        self.broken = broken

    def __str__(self) -> str:
        """Return what failed and why, on one line."""
        return self._line("")

    @property
    def with_exchange(self) -> str:
        """The same, with the number of the exchange in the evidence."""
        number = self.exchange and self.exchange.n
        return self._line(f" (exchange {number})" if number else "")

    def _line(self, where: str) -> str:
        problem = self._problem
        if self.expected:
            problem = (
                f"{self._verb}: expected {self.expected}; "
                f"actual: {self.actual}"
            )
        breaks = f"; this breaks {self.broken}" if self.broken else ""
        return f"{problem}{where}{breaks}"


class Limited(Blocked):
    """The instance's rate limit was reached."""


class Unsupported(Exception):  # noqa: N818 - a verdict's name
    """The target lacks what the scenario needs; the message names it."""

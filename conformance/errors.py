"""The errors that the harness raises on purpose."""

from __future__ import annotations

from typing import Protocol


class Numbered(Protocol):
    """What has a place in a scenario's evidence: a recorded exchange."""

    n: int


class HarnessError(Exception):
    """Base of the errors that end a run with one line and exit status 2."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        """Keep the line for the user apart from the longer evidence.

        Args:
            message: One line that says what is wrong and what to do.
            detail: More for whoever digs deeper, such as the tail of a
                server's log; printed below the line, may be empty.
        """
        super().__init__(message)
        self.message = message
        self.detail = detail


class UsageError(HarnessError):
    """An option or an environment variable cannot be used as given."""


class TargetError(HarnessError):
    """The target cannot be started, reached or logged in to."""


class Blocked(Exception):  # noqa: N818 - a verdict's name, not an error's
    """A precondition failed, so the scenario could not judge anything.

    Attributes:
        expected: What the precondition demands, ``""`` where there is but
            a sentence.
        actual: What came instead.
        exchange: The request that failed, None without one.
        broken: Id of the requirement that the server was seen to break,
            ``""`` when it broke none.
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
        """Say what failed: in a sentence, or by its parts.

        Args:
            problem: A sentence, in the place of all other parts.
            verb: Name of the precondition, such as ``must_exchange``.
            actor: Who acted, such as ``app``.
            expected: What had to come.
            actual: What came.
            exchange: The request that failed.
            broken: Id of the requirement that the server breaks.
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
        return self._with("")

    @property
    def told(self) -> str:
        """The same, with the number of the exchange in the evidence."""
        number = self.exchange and self.exchange.n
        return self._with(f" (exchange {number})" if number else "")

    def _with(self, where: str) -> str:
        said = self._problem
        if self.expected:
            said = (
                f"{self._verb}: expected {self.expected}; "
                f"actual: {self.actual}"
            )
        breaks = f"; this breaks {self.broken}" if self.broken else ""
        return f"{said}{where}{breaks}"


class Limited(Blocked):
    """The instance's rate limit was reached."""


class Unsupported(Exception):  # noqa: N818 - a verdict's name
    """The target lacks what the scenario needs; the message says what."""

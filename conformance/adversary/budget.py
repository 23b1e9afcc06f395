"""How much the tests that look for surprises may spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """How much hunts, histories and races may spend.

    Attributes:
        examples: Examples of each hunt, as the user chose; None for what an
            ordinary run has, :attr:`ordinary_examples`.
        ordinary_examples: Examples of each hunt by default.
        shrink_attempts: Attempts of shrinking, for each example of a hunt.
        histories_per_example: Histories, for each example of a hunt.
        history_steps: Operations that are drawn for a history; some find
            nothing to act upon.
        shortening_requests: HTTP requests for making a history shorter.
        examples_per_round: Examples that are about as much work as one
            round of a race.
        response_seconds: Seconds in which a malformed request has its
            response.
    """

    examples: int | None = None
    ordinary_examples: int = 40
    shrink_attempts: int = 60
    histories_per_example: float = 0.2
    history_steps: int = 20
    shortening_requests: int = 1000
    examples_per_round: int = 5
    response_seconds: float = 5.0

    @property
    def examples_per_hunt(self) -> int:
        """Examples of each hunt, chosen or by default."""
        return self.examples or self.ordinary_examples

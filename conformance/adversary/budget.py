"""The limits of property-based, stateful and race tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """The limits of hunts, histories and races.

    Attributes:
        examples: Examples of each hunt, as set by ``--examples``; None for
            :attr:`ordinary_examples`.
        ordinary_examples: Examples of each hunt by default.
        shrink_attempts: Attempts of shrinking for each example of a hunt.
        histories_per_example: Histories for each example of a hunt.
        history_steps: Operations that are drawn for a history; some of them
            have no effect.
        shortening_requests: HTTP requests for shortening a history.
        examples_per_round: Examples for each round of a race.
        response_seconds: Time limit of a response to a malformed request.
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
        """Number of examples of each hunt: as set, or the default."""
        return self.examples or self.ordinary_examples

"""The data of a run that every process needs; sent to workers as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

from conformance.adversary.budget import Budget
from conformance.instance import Instance
from conformance.options import Options
from conformance.verdicts import known


@dataclass
class Context:
    """The data of a run that every process needs.

    Attributes:
        options: The run's options.
        instance: The instance under test.
        prefix: The names of all apps of this run begin with it.
        accepted: Accepted deviations that cover the instance's version.
        lost: Whether this process found that the instance stopped
            responding.
        seed: Seed of the generated examples.
        budget: Limits of property-based tests, histories and races.
    """

    options: Options
    instance: Instance
    prefix: str
    accepted: list[known.Known] = field(default_factory=list)
    lost: bool = False
    seed: int = 0
    budget: Budget = field(default_factory=Budget)

    @cached_property
    def broken_on_purpose(self) -> frozenset[str]:
        """Ids of the requirements that the run's fault violates."""
        if not self.options.fault:
            return frozenset()
        # Imported here: a run without a fault needs no reference.
        from conformance import faults

        faults.load()
        return frozenset(faults.get(self.options.fault).violates)

    def to_plain(self) -> dict[str, Any]:
        """Return the data that is sent to a worker."""
        return {
            "options": self.options.to_plain(),
            "instance": self.instance.to_plain(),
            "prefix": self.prefix,
            "seed": self.seed,
            "budget": asdict(self.budget),
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Return a worker's context from the controller's data."""
        options = Options.chosen(plain["options"], {})
        instance = Instance.from_plain(plain["instance"])
        return cls(
            options,
            instance,
            plain["prefix"],
            accepted(options, instance),
            seed=plain["seed"],
            budget=Budget(**plain["budget"]),
        )


def accepted(options: Options, instance: Instance) -> list[known.Known]:
    """Return the accepted deviations that cover the instance's version."""
    entries = known.read(options.known) if options.known else []
    return [entry for entry in entries if entry.covers(instance.version)]

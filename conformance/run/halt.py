"""How a run can end before all that was selected has run."""

from __future__ import annotations

import enum


class Halt(enum.Enum):
    """How a run ended early; the value is the reason that readers are told."""

    UNFINISHED = "the run has not come to its end"
    NOT_STARTED = "the target could not be judged"
    NOT_COLLECTED = "a file of scenarios cannot be collected"
    INSTANCE_LOST = "the instance no longer answers"
    INTERRUPTED = "interrupted"
    HARNESS_FAILED = "the harness failed"

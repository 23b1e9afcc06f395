"""Why a run can end before all selected scenarios have run."""

from __future__ import annotations

import enum


class Halt(enum.Enum):
    """Why a run ended early; the value is the reason that a report shows."""

    UNFINISHED = "the run has not finished"
    NOT_STARTED = "the target could not be judged"
    NOT_COLLECTED = "a scenario file cannot be collected"
    INSTANCE_LOST = "the instance no longer responds"
    INTERRUPTED = "interrupted"
    HARNESS_FAILED = "the harness failed"

"""Keys of pytest's stashes, for data that hooks and fixtures share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conformance.run.context import Context
    from conformance.run.run import Run
    from conformance.run.scenario import ScenarioState

# In the stash of the configuration; only the controller has a run.
RUN: pytest.StashKey[Run] = pytest.StashKey()
CONTEXT: pytest.StashKey[Context] = pytest.StashKey()
# Whether every scenario that applies to the target was selected.
WHOLE: pytest.StashKey[bool] = pytest.StashKey()
# The value of --junitxml.
JUNIT: pytest.StashKey[str | None] = pytest.StashKey()
# In the stash of a scenario.
STATE: pytest.StashKey[ScenarioState] = pytest.StashKey()


class Handover:
    """A pytest plugin that hands over a run that is already started."""

    def __init__(self, run: Run) -> None:
        """Hand over one run; the caller closes it."""
        self._run = run

    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Put the run into the stash, so that the hooks create none."""
        config.stash[RUN] = self._run

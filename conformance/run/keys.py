"""Where pytest's stashes hold what hooks and fixtures share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conformance.run.context import Context
    from conformance.run.run import Run
    from conformance.run.scenario import ScenarioState

# Of the configuration; a run is in the controller alone.
RUN: pytest.StashKey[Run] = pytest.StashKey()
CONTEXT: pytest.StashKey[Context] = pytest.StashKey()
# Whether all that binds the target was selected.
WHOLE: pytest.StashKey[bool] = pytest.StashKey()
# Where the user wants that file.
JUNIT: pytest.StashKey[str | None] = pytest.StashKey()
# Of a scenario.
STATE: pytest.StashKey[ScenarioState] = pytest.StashKey()


class Handover:
    """A pytest plugin that hands over a run which was started before."""

    def __init__(self, run: Run) -> None:
        """Hand over one run, which stays the caller's to close."""
        self._run = run

    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Put it where the hooks look before they make one."""
        config.stash[RUN] = self._run

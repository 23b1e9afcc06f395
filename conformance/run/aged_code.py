"""A code that grows old while other scenarios run (``--slow``).

On a server that cannot be told to let time pass, the code is issued before
the first scenario and presented after the last one: only what is left of
the ten minutes is waited for. Each worker process has one, since nobody
knows which of them comes to the scenario; what is left over is swept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from conformance.actors.owner import Owner
from conformance.errors import Blocked, HarnessError, Unsupported
from conformance.instance.connection import connect
from conformance.instance.session import Session
from conformance.run.scenario import fresh_evidence

if TYPE_CHECKING:
    from conformance.actors.app import App
    from conformance.actors.issued import Code
    from conformance.evidence import Evidence
    from conformance.run.context import Context

OLD = 10 * 60 + 1.0  # seconds
FIXTURE = "old_code"  # what scenarios ask for it by
PROBLEMS = (Blocked, HarnessError, Unsupported, httpx.HTTPError)


@dataclass
class OldCode:
    """A code, from its issue until it is old.

    Attributes:
        issued: When, by this process's monotonic clock.
        evidence: What was seen when it was issued.
        held: The app and its code, None when there was a problem.
        problem: What kept it from being issued.
    """

    issued: float
    evidence: Evidence
    held: tuple[App, Code] | None = None
    problem: Exception | None = None

    def wait(self, evidence: Evidence) -> tuple[App, Code]:
        """Return the app and its code once that is old.

        Args:
            evidence: The scenario's; it begins with what was seen before.

        Raises:
            Exception: What kept the code from being issued.
        """
        evidence.go_on_from(self.evidence)
        if self.held is None:
            raise self.problem or Blocked("no code was issued")
        time.sleep(max(0.0, self.issued + OLD - time.monotonic()))
        age = time.monotonic() - self.issued
        evidence.observe(f"the code is {age:.0f} seconds old")
        return self.held


def issue(context: Context) -> OldCode:
    """Have a code issued that may grow old."""
    evidence = fresh_evidence(context.instance)
    old = OldCode(time.monotonic(), evidence)
    wire = connect(context.instance, read_only=context.options.read_only)
    session = Session(wire.client("owner"), context.instance.owner)
    owner = Owner(wire, session, context.prefix)
    try:
        app = owner.must_register()
        old.held = app, app.must_authorize(owner)
        old.issued = time.monotonic()
    except PROBLEMS as problem:
        old.problem = problem
    return old


def wanted(context: Context) -> bool:
    """Tell whether scenarios wait for a code to grow old."""
    return context.options.slow and not context.instance.control_key

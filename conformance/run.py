"""One run: start the target, collect what scenarios found, conclude.

Only the controller has a Run; what workers need of it crosses as plain
data (:class:`Context`).
"""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

import conformance
from conformance import known, results, targets
from conformance.errors import Blocked, HarnessError
from conformance.instance import Instance
from conformance.owner import Owner, sweep
from conformance.report.write import write_report
from conformance.session import Session
from conformance.targets.signals import CleanUp, stopping_signals_interrupt
from conformance.verdict import RunVerdict
from conformance.wire import connect

if TYPE_CHECKING:
    from conformance.options import Options

PREFIX = "fc"  # every app that a run registers is named fc-<run>-…


@dataclass
class Context:
    """What every process of a run knows of it."""

    options: Options
    instance: Instance
    prefix: str
    accepted: list[known.Known] = field(default_factory=list)
    lost: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return what a worker cannot read from the command line."""
        return {"instance": self.instance.to_plain(), "prefix": self.prefix}

    @classmethod
    def from_plain(cls, options: Options, plain: dict[str, Any]) -> Self:
        """Build a worker's context from the controller's data."""
        instance = Instance.from_plain(plain["instance"])
        return cls(
            options, instance, plain["prefix"], accepted(options, instance)
        )


class Run:
    """A run from its start to its report."""

    def __init__(self, options: Options) -> None:
        """Prepare a run; nothing is started yet."""
        self.options = options
        self.context: Context | None = None
        self.scenarios: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.halted = ""
        self.status = 2
        self.verdict = RunVerdict.NOT_JUDGED
        self.reason = ""
        self.written = False
        self._started = _now()
        self._stack = CleanUp()
        self._scratch = Path(
            self._stack.enter_context(tempfile.TemporaryDirectory())
        )

    @property
    def junit(self) -> Path:
        """Where pytest writes its JUnit file before the report takes it."""
        return self._scratch / "junit.xml"

    def start(self) -> Context:
        """Start the target and log its users in.

        Raises:
            HarnessError: Anything that keeps the run from judging; a
                report that says so has been written then.
        """
        self._stack.enter_context(stopping_signals_interrupt())
        try:
            self.options.check()
            target = targets.parse(
                self.options.target, fault=self.options.fault or None
            )
            instance = self._stack.enter_context(target.start())
            self.context = Context(
                self.options,
                instance,
                f"{PREFIX}-{secrets.token_hex(4)}",
                accepted(self.options, instance),
            )
            self._log_in(instance)
        except HarnessError as error:
            self.halted = error.message
            with suppress(HarnessError):
                self.finish(2)
            raise
        return self.context

    def add(self, scenario: dict[str, Any]) -> None:
        """Take over what one scenario found."""
        if scenario.pop("instance_lost", False):
            self.halted = "the instance no longer answers"
        self.scenarios.append(scenario)

    def finish(self, exit_status: int) -> int:
        """Sweep, conclude and write the report; return the exit status.

        Args:
            exit_status: pytest's own; 2 and above mean that the run was
                interrupted or could not be carried out (5: no scenario).
        """
        if exit_status == 2 and not self.halted:
            self.halted = "interrupted"
        elif exit_status in {3, 4} and not self.halted:
            self.halted = "the harness failed"
        self._sweep()
        document = self._document()
        junit = self.junit.read_text("utf-8") if self.junit.exists() else None
        write_report(self.options.report, document, junit)
        self.written = True
        return self.status

    def close(self) -> None:
        """Stop the target and remove everything that it left."""
        self._stack.close()

    # -- inside ---------------------------------------------------------

    def _log_in(self, instance: Instance) -> None:
        """Log every user in: wrong credentials end the run here."""
        wire = connect(instance)
        for user in (instance.owner, instance.stranger, instance.admin):
            if user:
                _reachable(Session(wire.client("preflight"), user))

    def _sweep(self) -> None:
        """Delete the apps that scenarios could not delete themselves."""
        if self.context is None or self.options.read_only or self.lost:
            return
        instance = self.context.instance
        wire = connect(instance)
        for user in (instance.owner, instance.stranger):
            if user:
                session = Session(wire.client("sweep"), user)
                owner = Owner(wire, session, self.context.prefix)
                try:
                    sweep(owner, self.context.prefix)
                except (HarnessError, Blocked, httpx.HTTPError) as error:
                    self.notes.append(
                        f"apps named {self.context.prefix}-… may be left: "
                        f"{error}"
                    )

    @property
    def lost(self) -> bool:
        """Whether the instance stopped answering during the run."""
        return self.halted == "the instance no longer answers"

    def _document(self) -> dict[str, Any]:
        instance = self.context.instance if self.context else None
        version = instance.version if instance else ""
        scenarios = sorted(self.scenarios, key=lambda s: str(s["id"]))
        rows = results.requirements(scenarios, self.options, version)
        self.verdict, self.reason, self.status = results.conclude(
            Counter(s["verdict"] for s in scenarios),
            self.options,
            self._problems(scenarios),
            self.halted,
        )
        requests = sum(len(_http_only(s)) for s in scenarios)
        return {
            "schema": results.SCHEMA,
            "harness": {"version": conformance.__version__},
            "target": results.target(instance, self.options),
            "started": self._started,
            "finished": _now(),
            "verdict": str(self.verdict),
            "reason": self.reason,
            "notes": self.notes,
            "options": results.chosen(self.options),
            "counts": results.counts(rows),
            "scenario_counts": results.counts(scenarios),
            "http_requests": requests,
            "requirements": rows,
            "scenarios": scenarios,
        }

    def _problems(self, scenarios: list[dict[str, Any]]) -> list[str]:
        if self.context is None:
            return []
        today = dt.datetime.now(dt.UTC).date()
        return known.problems(self.context.accepted, scenarios, today)


def accepted(options: Options, instance: Instance) -> list[known.Known]:
    """Return the listed deviations that cover the instance's version."""
    entries = known.read(options.known) if options.known else []
    return [entry for entry in entries if entry.covers(instance.version)]


def _reachable(session: Session) -> None:
    try:
        session.login()
    except httpx.HTTPError as error:
        raise HarnessError(f"the login did not answer: {error}") from None


def _http_only(scenario: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for e in scenario["exchanges"] if e["via"] == "http"]


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")

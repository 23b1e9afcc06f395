"""One run: starts the target, collects results and writes the report.

Only the controller has a Run; workers get the data that they need of it
(:class:`Context`).
"""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conformance
from conformance import proxies, targets
from conformance.errors import HarnessError, UsageError
from conformance.processes.signals import CleanUp, stopping_signals_interrupt
from conformance.report.write import write_report, write_results
from conformance.results import (
    SCHEMA,
    Harness,
    Results,
    ScenarioResult,
    typed,
)
from conformance.results.verdict import RunVerdict
from conformance.run import junit, prepare, results
from conformance.run.context import Context, accepted
from conformance.run.halt import Halt
from conformance.run.selection import Selection
from conformance.verdicts import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.options import Options
    from conformance.results import RequirementResult

SEEDS = 10**9  # a run's own seed is smaller, so that it is short to type
PREFIX = "fc"  # every app that a run registers is named fc-<run>-…
ENDS = {  # how a run ended, by pytest's exit status
    2: Halt.INTERRUPTED,
    3: Halt.HARNESS_FAILED,
    4: Halt.HARNESS_FAILED,
}


class Run:
    """A run from its start to its report.

    Attributes:
        halted: Why it ended early, or would if it ended now; None once it
            has finished.
    """

    def __init__(self, options: Options) -> None:
        """Create a run; nothing is started yet."""
        self.options = options
        self.context: Context | None = None
        self.scenarios: list[ScenarioResult] = []
        self.notes = options.notes
        self.selection = Selection()
        self.halt(Halt.UNFINISHED)
        self.status = 2
        self.verdict = RunVerdict.NOT_JUDGED
        self.reason = ""
        self.written = False
        self._started = _now()
        self._stack = CleanUp()
        self._scratch = self._stack.enter_context(_scratch_folder())

    @property
    def junit(self) -> Path:
        """The temporary JUnit file that pytest writes."""
        return self._scratch / "junit.xml"

    def start(self) -> Context:
        """Start the target and log its users in.

        Raises:
            HarnessError: The run cannot continue; a report that says so has
                been written.
        """
        self._stack.enter_context(stopping_signals_interrupt())
        try:
            prepare.check(self.options)
            self._write()  # replaces an older report, even if killed later
            self.context = self._started_target()
            instance = self.context.instance
            self.notes += results.version_notes(instance.version)
            prepare.check_proxy(instance, self.notes)
            prepare.log_in(instance)
        except HarnessError as error:
            self._give_up(Halt.NOT_STARTED, error.message)
            raise
        except KeyboardInterrupt:
            self._give_up(Halt.INTERRUPTED)
            raise
        return self.context

    def add(self, scenario: dict[str, Any]) -> None:
        """Add the result of one scenario, given as plain JSON data."""
        self.scenarios.append(typed(scenario, ScenarioResult))

    def halt(self, how: Halt | None, why: str = "") -> None:
        """Set why the run ended early.

        Args:
            how: The cause, None if the run has finished.
            why: A more detailed reason for the report.
        """
        self.halted = how
        self._why = why or (how.value if how else "")

    def finish(self, exit_status: int) -> int:
        """Conclude the run, write the report and return the exit status.

        The results are written before the apps are deleted and the page is
        rendered: an error in either does not lose them.

        Args:
            exit_status: pytest's own; 2 and above mean that the run was
                interrupted or failed (5: no scenario ran).
        """
        if self.lost:
            self.halt(Halt.INSTANCE_LOST)
        elif self.halted is Halt.UNFINISHED:
            self.halt(ENDS.get(exit_status))
        self._conclude()
        try:
            write_results(self.options.report, self._document())
        finally:
            self._sweep()
        self._write()
        self.written = True
        return self.status

    def close(self) -> None:
        """Stop the target and remove its temporary files."""
        self._stack.close()

    # -- internals ------------------------------------------------------

    def _started_target(self) -> Context:
        options = self.options
        target = targets.parse(
            options.target,
            fault=options.fault or None,
            behind=proxies.behind(options.proxy) if options.proxy else None,
            app_workers=options.app_workers,
        )
        if options.proxy:
            proxies.get(options.proxy).require()
        instance = self._stack.enter_context(target.start())
        return Context(
            options,
            instance,
            f"{PREFIX}-{secrets.token_hex(4)}",
            accepted(options, instance),
            seed=secrets.randbelow(SEEDS)
            if options.seed is None
            else options.seed,
        )

    def _give_up(self, how: Halt, why: str = "") -> None:
        self.halt(how, why)
        with suppress(HarnessError):
            self._write()

    def _write(self) -> None:
        self._conclude()
        document = self._document()
        text = self.junit.read_text("utf-8") if self.junit.exists() else None
        text = junit.with_verdict(text, self.verdict, self.reason)
        write_report(self.options.report, document, text)

    def _sweep(self) -> None:
        if self.context and not (self.options.read_only or self.lost):
            found = prepare.sweep_apps(
                self.context.instance, self.context.prefix
            )
            self.notes += found

    @property
    def conclusion(self) -> str:
        """The verdict and its reason on one line."""
        reason = f": {self.reason}" if self.reason else ""
        return f"{self.verdict}{reason}"

    @property
    def page(self) -> Path:
        """The report's page."""
        return self.options.report / "index.html"

    @property
    def seed(self) -> int | None:
        """The seed of generated examples, None before the start."""
        return self.context.seed if self.context else self.options.seed

    @property
    def lost(self) -> bool:
        """Whether the instance stopped responding during the run."""
        return self.context is not None and self.context.lost

    @lost.setter
    def lost(self, lost: bool) -> None:
        """Set it in the context, as a worker reported it."""
        if self.context:
            self.context.lost = lost

    def _conclude(self) -> None:
        """Set the verdict, its reason and the exit status."""
        self.verdict, self.reason, self.status = results.conclude(
            Counter(s.verdict for s in self.scenarios),
            self.options,
            self._problems(),
            self._why,
            missing=self.selection.missing(s.id for s in self.scenarios),
            partial=self._partial(),
            rows=self._rows(),
        )

    def _rows(self) -> list[RequirementResult]:
        version = self.context.instance.version if self.context else ""
        return results.requirements(self.scenarios, self.options, version)

    def _document(self) -> Results:
        """Return the data of ``results.json``."""
        instance = self.context.instance if self.context else None
        version = instance.version if instance else ""
        scenarios = tuple(sorted(self.scenarios, key=lambda s: s.id))
        rows = results.requirements(scenarios, self.options, version)
        set_ups, proxy_titles = results.set_ups(scenarios)
        return Results(
            schema=SCHEMA,
            harness=Harness(conformance.__version__),
            target=results.target(instance, self.options),
            started=self._started,
            finished=_now(),
            verdict=self.verdict,
            reason=self.reason,
            notes=tuple(self.notes),
            options=results.chosen(self.options, self.seed),
            counts=results.counts(rows),
            scenario_counts=results.counts(scenarios),
            http_requests=sum(s.http_requests or 0 for s in scenarios),
            requirements=tuple(rows),
            scenarios=scenarios,
            scope_map=results.scope_map(rows, version),
            set_ups=set_ups,
            proxies=proxy_titles,
            causes=results.shared_causes(rows),
        )

    def _partial(self) -> str:
        """Return how many requirements a partial run met, ``""`` if whole."""
        chosen = self.options
        if self.selection.whole and not (chosen.replay or chosen.read_only):
            return ""
        version = self.context.instance.version if self.context else ""
        return results.no_violation(self._rows(), version)

    def _problems(self) -> list[str]:
        if self.context is None:
            return []
        today = dt.datetime.now(dt.UTC).date()
        return known.problems(self.context.accepted, self.scenarios, today)


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(
            f"no temporary folder can be made ({error.strerror}); set TMPDIR "
            "to a folder that can be written to"
        ) from None
    with made as folder:
        yield Path(folder)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)

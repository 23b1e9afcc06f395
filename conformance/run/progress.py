"""The progress of a run: live in a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rich import progress as bars
from rich.markup import escape

from conformance.evidence.octets import printable
from conformance.results.verdict import RunVerdict, Verdict

if TYPE_CHECKING:
    from rich.console import Console

    from conformance.run.run import Run

COLOURS = {
    Verdict.FAIL: "bold red",
    Verdict.WARN: "yellow",
    Verdict.ERROR: "magenta",
    Verdict.BLOCKED: "magenta",
    Verdict.KNOWN: "cyan",
    Verdict.UNSUPPORTED: "dim",
    Verdict.PASS: "green",
    Verdict.UNTESTED: "dim",
}
RUN_COLOURS = {RunVerdict.CONFORMS: "green", RunVerdict.PARTIAL: "yellow"}


class Progress:
    """A pytest plugin that shows the running scenario and the counts."""

    def __init__(self, console: Console, run: Run) -> None:
        """Show one run on a console."""
        self.run = run
        self._console = console
        self._bar = bars.Progress(
            bars.SpinnerColumn(),
            bars.TextColumn("{task.completed}/{task.total}"),
            bars.BarColumn(bar_width=24),
            bars.TimeElapsedColumn(),
            bars.TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("collecting scenarios", total=None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Print the target, its version and the seed."""
        if self.run.context:
            found = self.run.context.instance
            version = printable(found.version)
            version = f", FitTrackee {version}" if version else ""
            served = f", {found.app_workers}" if found.app_workers else ""
            name, url = escape(found.name), escape(found.url)
            self._console.print(f"{name} at {url}{escape(version)}{served}")
            self._console.print(f"seed {self.run.context.seed}")
        self._bar.start()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Set the number of scenarios."""
        if session.items:
            self._bar.update(self._task, total=len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(
        self, ids: list[str], **_node: Any
    ) -> None:
        """Set the number of scenarios that a worker collected."""
        self._bar.update(self._task, total=len(ids))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show why a scenario file could not be read."""
        if report.failed:
            self._console.print(escape(printable(report.longreprtext)))

    def pytest_internalerror(self, excrepr: object) -> None:
        """Show an internal error of pytest."""
        self._console.print(escape(printable(str(excrepr))))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show the scenario that is running."""
        self._bar.update(self._task, description=escape(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a finished scenario; name it unless it passed."""
        found = getattr(report, "conformance", None)
        if not found:
            return
        self._bar.advance(self._task)
        verdict = Verdict(found["verdict"])
        if verdict is not Verdict.PASS:
            self._console.print(_line(verdict, found), soft_wrap=True)

    def pytest_sessionfinish(self) -> None:
        """Remove the progress bar."""
        self._bar.stop()

    def conclude(self) -> None:
        """Print the verdict, the counts and the report's path."""
        counts = dict.fromkeys(Verdict, 0)
        for scenario in self.run.scenarios:
            counts[scenario.verdict] += 1
        total = ", ".join(f"{n} {v}" for v, n in counts.items() if n)
        colour = RUN_COLOURS.get(self.run.verdict, "red")
        reason = f": {printable(self.run.reason)}" if self.run.reason else ""
        self._console.print(
            f"[bold {colour}]{self.run.verdict}[/]{escape(reason)}"
            f" ({total or 'no scenario ran'})"
        )
        page = self.run.options.report / "index.html"
        self._console.print(f"report: {escape(str(page))}", soft_wrap=True)


def _line(verdict: Verdict, found: dict[str, Any]) -> str:
    colour = COLOURS[verdict]
    message = printable(str(found["message"])).splitlines()
    detail = f"\n    {escape(' | '.join(message))}" if message else ""
    return f"[{colour}]{verdict}[/] {escape(found['id'])}{detail}"

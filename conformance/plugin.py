"""The pytest plugin: hooks only, each a few lines over the library."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from conformance.adversary.races.race import Race
from conformance.errors import HarnessError
from conformance.run import pytest_options, selection
from conformance.run.context import Context
from conformance.run.halt import Halt
from conformance.run.keys import CONTEXT, JUNIT, RUN, STATE, WHOLE
from conformance.run.run import Run
from conformance.run.scenario import ScenarioState, crashed
from conformance.scenario_files import is_scenario, scenario_id

if TYPE_CHECKING:
    from collections.abc import Generator

pytest_plugins = [
    "conformance.fixtures.actors",
    "conformance.fixtures.adversary",
    "conformance.fixtures.ageing",
    "conformance.fixtures.deployment",
    "conformance.fixtures.scope_tokens",
    "conformance.fixtures.web",
]

PHASES = {"setup", "call", "teardown"}


class error(pytest.exit.Exception):  # type: ignore[name-defined,misc]  # noqa: N801
    """Ends pytest. In lower case, since pytest prints the name of the class.

    The line is "error: …" then, as the command has it; ``pytest.exit``
    would make it "Exit: …".
    """


def _end(problem: HarnessError) -> NoReturn:
    """End pytest as the command ends: with one line and status 2."""
    detail = f"\n{problem.detail}" if problem.detail else ""
    raise error(f"{problem.message}{detail}", returncode=2) from None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    pytest_options.add(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Prepare a run when scenarios are about to be run."""
    config.addinivalue_line(
        "markers", "verifies(*ids): the requirements that a scenario verifies"
    )
    if hasattr(config, "workerinput"):
        plain = config.workerinput.get("conformance")
        if plain:
            config.stash[CONTEXT] = Context.from_plain(plain)
        return
    if CONTEXT not in config.stash and _runs_scenarios(config):
        run = config.stash.get(RUN, None) or _made(config)
        config.pluginmanager.register(Collector(run))
        # pytest writes one such file: the run completes it, in the report,
        # and where the user wants it goes a copy.
        config.stash[JUNIT] = config.option.xmlpath
        config.option.xmlpath = str(run.junit)


def _made(config: pytest.Config) -> Run:
    """Make the run of plain pytest, which no command has started."""
    try:
        run = Run(pytest_options.chosen(config))
    except HarnessError as problem:
        _end(problem)
    config.add_cleanup(run.close)
    config.stash[RUN] = run
    return run


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the target; only the controller does."""
    run = session.config.stash.get(RUN, None)
    if run is None:
        return
    plugins = session.config.pluginmanager
    terminal: Any = plugins.get_plugin("terminalreporter")
    for note in run.notes if terminal else ():
        terminal.write_line(note)
    try:
        session.config.stash[CONTEXT] = run.context or run.start()
    except HarnessError as problem:
        _end(problem)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the instance to a worker; it must start nothing itself."""
    context = node.config.stash.get(CONTEXT, None)
    if context:
        node.workerinput["conformance"] = context.to_plain()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Leave out what was not asked for or does not bind the release."""
    context = config.stash.get(CONTEXT, None)
    if context is None:
        return (yield)
    everything = selection.collected_everything(config, items)
    binding = [item for item in items if selection.binding(item, context)]
    wanted = [item for item in binding if selection.is_wanted(item, context)]
    left = [item for item in items if item not in wanted]
    items[:] = wanted
    if context.options.slow:
        items.sort(key=_waits)  # so that nobody waits for them
    config.hook.pytest_deselected(items=left)
    yield
    config.stash[WHOLE] = everything and set(binding) <= set(items)
    return None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the run what was selected, by whomever."""
    config = session.config
    ids = [item.nodeid for item in session.items]
    if run := config.stash.get(RUN, None):
        run.selection.number = selection.count(config.rootpath, ids)
        run.selection.whole = config.stash[WHOLE]
    elif WHOLE in config.stash:
        config.workeroutput[selection.WHOLE] = config.stash[WHOLE]  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin a scenario's evidence; refuse when the instance is gone."""
    context = item.config.stash.get(CONTEXT, None)
    if context and is_scenario(item.path):
        item.stash[STATE] = ScenarioState.begin(
            scenario_id(item.path, item.name),
            selection.title(item),
            selection.requirement_ids(item),
            context,
        )
        item.stash[STATE].refuse_if_lost()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(
    pyfuncitem: pytest.Function,
) -> Generator[None, object, object]:
    """Let no race pass that nobody could lose."""
    done = yield
    race = pyfuncitem.funcargs.get("race")
    if STATE in pyfuncitem.stash and isinstance(race, Race):
        race.prove_overlap()
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what a phase raised into a verdict, and redact the report."""
    report = yield
    if STATE in item.stash:
        item.stash[STATE].take(report, call.excinfo)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(
    report: object,
) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """Let what a scenario found cross from a worker, whatever bytes it saw.

    A text with half a surrogate pair crosses as JSON has it, not as UTF-8.
    """
    data = yield
    if found := getattr(report, "conformance", None):
        data = {**(data or {}), "conformance": json.dumps(found)}
    return data


@pytest.hookimpl(wrapper=True)
def pytest_report_from_serializable(
    data: dict[str, Any],
) -> Generator[None, object, object]:
    """Take over what crossed from a worker."""
    if isinstance(data.get("conformance"), str):
        data["conformance"] = json.loads(data["conformance"])
    return (yield)


class Collector:
    """Gives the run what scenarios found, from whichever process."""

    def __init__(self, run: Run) -> None:
        """Collect for one run."""
        self.run = run

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why nothing can be judged."""
        if report.failed:
            why = f"{report.nodeid} cannot be collected"
            self.run.halt(Halt.NOT_COLLECTED, why)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(
        self, node: Any, ids: list[str]
    ) -> None:
        """Learn from a worker how many scenarios were selected."""
        number = selection.count(node.config.rootpath, ids)
        self.run.selection.number = number

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Learn from a worker whether that was all."""
        told = getattr(node, "workeroutput", None) or {}
        self.run.selection.whole |= bool(told.get(selection.WHOLE))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take over a finished scenario, or a worker that crashed in it."""
        if getattr(report, "instance_lost", False):
            self.run.lost = True
        found = getattr(report, "conformance", None)
        if found:
            self.run.add(found)
        elif report.failed and str(report.when) not in PHASES:
            self.run.add(crashed(report.nodeid, str(report.longrepr)))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(
    session: pytest.Session, exitstatus: int
) -> Generator[None, None, None]:
    """Write the report once pytest's JUnit file is there."""
    yield
    run = session.config.stash.get(RUN, None)
    if run is None or run.context is None:
        return
    try:
        status = run.finish(int(exitstatus))
    except HarnessError as problem:
        _end(problem)
    if wanted := session.config.stash[JUNIT]:
        shutil.copyfile(run.options.report / "junit.xml", wanted)
    session.exitstatus = max(status, 2) if exitstatus in {2, 3, 4} else status


def pytest_terminal_summary(
    terminalreporter: Any, config: pytest.Config
) -> None:
    """Say what the run comes to; the command says it by itself."""
    run = config.stash.get(RUN, None)
    if run and run.written:
        terminalreporter.write_line(f"{run.conclusion}; {run.page}")


def _waits(item: pytest.Item) -> bool:
    return "old_code" in getattr(item, "fixturenames", ())


def _runs_scenarios(config: pytest.Config) -> bool:
    if config.getoption("collectonly"):
        return False
    paths = (Path(a.partition("::")[0]) for a in config.args)
    return any(
        is_scenario(config.invocation_params.dir / path) for path in paths
    )

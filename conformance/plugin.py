"""The pytest plugin: hooks only, each a few lines that call the library."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from conformance.adversary.races.race import Race
from conformance.errors import HarnessError
from conformance.evidence.octets import printable
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
    """Ends pytest. In lower case, since pytest prints the class name.

    The line then begins with "error: ", as the command's does;
    ``pytest.exit`` would print "Exit: ".
    """


def _end(problem: HarnessError) -> NoReturn:
    """End pytest with one line and status 2, as the command does."""
    detail = f"\n{problem.detail}" if problem.detail else ""
    raise error(f"{problem.message}{detail}", returncode=2) from None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    pytest_options.add(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Create a run if scenarios will be run."""
    config.addinivalue_line(
        "markers", "verifies(*ids): the requirements that a scenario verifies"
    )
    if hasattr(config, "workerinput"):
        plain = config.workerinput.get("conformance")
        if plain:
            config.stash[CONTEXT] = Context.from_plain(plain)
        return
    if CONTEXT not in config.stash and _runs_scenarios(config):
        run = config.stash.get(RUN, None) or _create_run(config)
        config.pluginmanager.register(Collector(run))
        # pytest writes one JUnit file: the run adds its verdict and stores
        # it in the report; --junitxml gets a copy.
        config.stash[JUNIT] = config.option.xmlpath
        config.option.xmlpath = str(run.junit)


def _create_run(config: pytest.Config) -> Run:
    """Return the run of a plain pytest, not started by the command."""
    try:
        run = Run(pytest_options.chosen(config))
    except HarnessError as problem:
        _end(problem)
    config.add_cleanup(run.close)
    config.stash[RUN] = run
    return run


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the target, in the controller only."""
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
    """Send the instance to a worker, which must not start one itself."""
    context = node.config.stash.get(CONTEXT, None)
    if context:
        node.workerinput["conformance"] = context.to_plain()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Deselect what is not selected or does not apply to the release."""
    context = config.stash.get(CONTEXT, None)
    if context is None:
        return (yield)
    everything = selection.collected_everything(config, items)
    applicable = [i for i in items if selection.applicable(i, context)]
    selected = [i for i in applicable if selection.is_selected(i, context)]
    deselected = [item for item in items if item not in selected]
    items[:] = selected
    if context.options.slow:
        items.sort(key=_waits)  # scenarios that wait run last
    config.hook.pytest_deselected(items=deselected)
    yield
    config.stash[WHOLE] = everything and set(applicable) <= set(items)
    return None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Record the selection, after all plugins have deselected."""
    config = session.config
    ids = [item.nodeid for item in session.items]
    if run := config.stash.get(RUN, None):
        run.selection.number = selection.count(config.rootpath, ids)
        run.selection.whole = config.stash[WHOLE]
    elif WHOLE in config.stash:
        config.workeroutput[selection.WHOLE] = config.stash[WHOLE]  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin a scenario's evidence; raise if the instance is lost."""
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
    """Raise if a race passed without overlapping requests."""
    done = yield
    race = pyfuncitem.funcargs.get("race")
    if STATE in pyfuncitem.stash and isinstance(race, Race):
        race.prove_overlap()
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a phase's exception into a verdict, and redact the report."""
    report = yield
    if STATE in item.stash:
        item.stash[STATE].take(report, call.excinfo)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(
    report: object,
) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """Return a worker's report with the scenario's result as JSON.

    JSON can escape a lone surrogate, which UTF-8 cannot encode.
    """
    data = yield
    if found := getattr(report, "conformance", None):
        data = {**(data or {}), "conformance": json.dumps(found)}
    return data


@pytest.hookimpl(wrapper=True)
def pytest_report_from_serializable(
    data: dict[str, Any],
) -> Generator[None, object, object]:
    """Decode the scenario's result in a worker's report."""
    if isinstance(data.get("conformance"), str):
        data["conformance"] = json.loads(data["conformance"])
    return (yield)


class Collector:
    """Gives the run the results of scenarios, from all processes."""

    def __init__(self, run: Run) -> None:
        """Collect for one run."""
        self.run = run

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Halt the run if a scenario file cannot be collected."""
        if report.failed:
            why = f"{report.nodeid} cannot be collected"
            self.run.halt(Halt.NOT_COLLECTED, why)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(
        self, node: Any, ids: list[str]
    ) -> None:
        """Record how many scenarios a worker selected."""
        number = selection.count(node.config.rootpath, ids)
        self.run.selection.number = number

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Record whether a worker selected all that apply."""
        output = getattr(node, "workeroutput", None) or {}
        self.run.selection.whole |= bool(output.get(selection.WHOLE))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a finished scenario, or one whose worker crashed."""
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
    """Write the report after pytest has written its JUnit file."""
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
    """Print the run's verdict; the command prints its own."""
    run = config.stash.get(RUN, None)
    if run and run.written:
        terminalreporter.write_line(printable(f"{run.conclusion}; {run.page}"))


def _waits(item: pytest.Item) -> bool:
    return "old_code" in getattr(item, "fixturenames", ())


def _runs_scenarios(config: pytest.Config) -> bool:
    if config.getoption("collectonly"):
        return False
    paths = (Path(a.partition("::")[0]) for a in config.args)
    return any(
        is_scenario(config.invocation_params.dir / path) for path in paths
    )

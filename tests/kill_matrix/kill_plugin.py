"""Runs scenarios against many faulty references in one pytest session.

Each scenario is parametrized by fault: none, every fault that violates what
it verifies, and every fault when it is a canary (or for the full cross
product). Servers run in this process.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from in_process import InProcess
from kill_canaries import CANARIES, SERVED, blocks
from werkzeug.routing import Rule

from conformance import faults
from conformance.adversary.budget import Budget
from conformance.catalogue import catalogue
from conformance.faults.adversary import crashes
from conformance.instance import Credentials, Instance
from conformance.instance.connection import Connection, RecordingTransport
from conformance.options import Options
from conformance.reference import ReferenceServer, User, hash_password, serve
from conformance.reference.contracts import contract
from conformance.run.context import Context
from conformance.run.keys import CONTEXT
from conformance.run.selection import requirement_ids
from conformance.scenario_files import scenario_id

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from types import ModuleType

faults.load()
# Most of the time to create a server is spent compiling URL builders, which
# the reference never uses.
Rule._compile_builder = lambda *_: _builds_nothing  # type: ignore[method-assign]
# A fault has to be found, not shrunk, and a slow response may be late sooner.
# A race fault shows in the first rounds: one, or six with a fault.
BUDGET = Budget(
    shrink_attempts=2,
    shortening_requests=0,
    examples_per_round=25,
    response_seconds=0.5,
)
crashes.NAP = 0.6
NO_FAULT = "none"
BROKEN = {"fail", "warn", "known"}  # a documented deviation breaks as well
OUTPUT = "KILL_MATRIX_JSON"
FULL = "KILL_MATRIX_FULL"
# Every fault on one random scenario of each `file` or `test`.
DRAW = "KILL_MATRIX_DRAW"
ONLY = "KILL_MATRIX_ONLY"
ELSEWHERE = "KILL_MATRIX_ELSEWHERE"  # killed in another run, canaries here
SEED = 1
# Examples per generated test: all are run without a fault; with a fault the
# test ends at the first that finds it.
QUIET_EXAMPLES, EXAMPLES = 10, 200
CONTRACT = os.environ.get("KILL_MATRIX_CONTRACT", "newest")
LABEL = re.compile(r"fault=([a-z0-9_]+)-?|-fault=([a-z0-9_]+)")
PASSWORD = "correct horse battery"
CONTROL_KEY = "opens the ageing channel"
ROLES = ("owner", "stranger", "admin")


def _builds_nothing(*_: object) -> None:
    raise NotImplementedError("the reference builds no addresses")


@dataclass(frozen=True)
class Broken:
    """Opens a connection to a reference in this process, with a fault."""

    fault: str

    def __call__(self, context: Context) -> Connection:
        transport = _Closing(*self.server())
        return Connection(context.instance, RecordingTransport(transport))

    def server(self) -> tuple[ReferenceServer, Path]:
        folder = Path(tempfile.mkdtemp(prefix="kill-"))
        database = f"sqlite:///{folder / 'db.sqlite'}"
        server = ReferenceServer(
            database,
            users=_users(),
            contract=CONTRACT,
            control_key=CONTROL_KEY,
        )
        if self.fault != NO_FAULT:
            faults.get(self.fault).apply(server)
        return server, folder


@dataclass(frozen=True)
class Served(Broken):
    """Opens a connection to a reference on a port, for the browser."""

    def __call__(self, context: Context) -> Connection:
        server, folder = self.server()
        stack = ExitStack()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(server.close)
        url = stack.enter_context(serve(server))
        transport = _OverHttp(stack)
        instance = replace(context.instance, url=url)
        return Connection(instance, RecordingTransport(transport))


class _OverHttp(httpx.HTTPTransport):
    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def close(self) -> None:
        super().close()
        self._stack.close()


class _Closing(InProcess):
    def __init__(self, server: ReferenceServer, folder: Path) -> None:
        super().__init__(server.app)
        self._server, self._folder = server, folder

    def close(self) -> None:
        self._server.close()
        shutil.rmtree(self._folder, ignore_errors=True)


_cached_users: list[User] = []


def _users() -> list[User]:
    if not _cached_users:
        hashed = hash_password(PASSWORD)
        _cached_users.extend(
            User(
                role,
                f"{role}@example.com",
                PASSWORD,
                admin=role == "admin",
                password_hash=hashed,
            )
            for role in ROLES
        )
    return _cached_users


def _instance() -> Instance:
    users = {r: Credentials(f"{r}@example.com", PASSWORD, r) for r in ROLES}
    return Instance(
        kind="reference",
        name="reference",
        url="http://localhost",
        version=contract(CONTRACT).release,
        disposable=True,
        control_key=CONTROL_KEY,
        **users,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Set the context before the plugin, which would start a reference."""
    options = Options(seed=SEED)
    config.stash[CONTEXT] = Context(
        options, _instance(), "fc-kill", seed=SEED, budget=BUDGET
    )
    config.pluginmanager.register(Table())


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "xdist_group(name): xdist's own")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, Any, Any]:
    """Drop the evidence: only verdicts are sent to the controller."""
    report = yield
    found = getattr(report, "conformance", None)
    if found:
        if found["verdict"] in BROKEN:
            broken = _killed.setdefault(_fault_of(item), set())
            broken.update(found["requirements"])
        for bulky in ("exchanges", "expectations", "screenshots"):
            found[bulky] = []
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "wire" not in metafunc.fixturenames:
        return
    where = scenario_id(metafunc.definition.path, metafunc.function.__name__)
    # Raw bytes and races need a server on a port, as a browser does.
    served = where.startswith("browser/") or where in SERVED
    wired = served or {"raw", "race"} & set(metafunc.fixturenames)
    opener = Served if wired else Broken
    metafunc.parametrize(
        "wire",
        [
            pytest.param(
                opener(n),
                id=f"fault={n}",
                marks=pytest.mark.xdist_group(_group(n, where)),
            )
            for n in _faults(metafunc, where)
        ],
        indirect=True,
        scope="session",
    )


def _group(fault: str, where: str) -> str:
    """Return the xdist group: one worker runs a fault's scenarios.

    Without a fault every generated test runs to its end, so that each has
    its own group.
    """
    alone = fault == NO_FAULT and where.startswith("properties/")
    return f"{fault} {where}" if alone else fault


def _all_requirements(marks: Iterable[pytest.Mark]) -> set[str]:
    """Return the requirements of a scenario with any parameters."""
    found: set[str] = set()
    for mark in marks:
        found.update(mark.args if mark.name == "verifies" else ())
        for parameters in mark.args[1] if mark.name == "parametrize" else ():
            found |= _all_requirements(getattr(parameters, "marks", ()))
    return found


def _faults(metafunc: pytest.Metafunc, where: str) -> list[str]:
    """Return the names of the faults that a scenario is run against."""
    only = os.environ.get(ONLY, "").split()
    names = [f.name for f in faults.all_faults() if not only or f.name in only]
    if os.environ.get(DRAW):
        return [NO_FAULT, *(n for n in names if _is_drawn(n, metafunc))]
    everything = os.environ.get(FULL) or where in CANARIES
    elsewhere = os.environ.get(ELSEWHERE, "").split()
    ids = _all_requirements(metafunc.definition.iter_markers())
    return [NO_FAULT] + [
        n
        for n in names
        if everything
        or blocks(n, where)
        or (ids & violated(n) and n not in elsewhere)
    ]


def _is_drawn(fault: str, metafunc: pytest.Metafunc) -> bool:
    """Whether a test, not of the fault's requirements, is drawn."""
    free = [
        name
        for name, ids in _tests(metafunc.module)
        if not ids & violated(fault)
    ]
    if os.environ[DRAW] == "file" and free:
        where = metafunc.module.__name__
        free = [random.Random(f"{fault} {where}").choice(free)]
    return metafunc.function.__name__ in free


@cache
def _tests(module: ModuleType) -> list[tuple[str, set[str]]]:
    """Return a module's tests, with the requirements each verifies."""
    return [
        (name, _all_requirements(getattr(function, "pytestmark", ())))
        for name, function in vars(module).items()
        if name.startswith("test_")
    ]


@cache
def violated(name: str) -> frozenset[str]:
    """Return the ids that a fault claims to violate; none without fault."""
    claims = () if name == NO_FAULT else faults.get(name).violates
    return frozenset(catalogue()[v].id for v in claims)


def _fault_of(item: pytest.Item) -> str:
    return str(item.callspec.params["wire"].fault)  # type: ignore[attr-defined]


def _claimed(item: pytest.Item) -> set[str]:
    return set(requirement_ids(item)) & violated(_fault_of(item))


def _everywhere(item: pytest.Item) -> bool:
    where = scenario_id(item.path, item.originalname)  # type: ignore[attr-defined]
    if blocks(_fault_of(item), where):
        return True
    everything = os.environ.get(FULL) or os.environ.get(DRAW)
    return bool(everything) or where in CANARIES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deselect parameters that a fault does not affect."""
    items[:] = [
        item
        for item in items
        if _fault_of(item) == NO_FAULT or _claimed(item) or _everywhere(item)
    ]
    if os.environ.get(DRAW):
        items[:] = _one_of_each_test(items)


def _one_of_each_test(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return one random parameter of each test and fault.

    Their names are the seed. Without a fault all are run in another run.
    """
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        if _fault_of(item) == NO_FAULT:
            continue
        test = f"{item.path.name}::{item.originalname}"  # type: ignore[attr-defined]
        found.setdefault(f"{_fault_of(item)} {test}", []).append(item)
    return [random.Random(key).choice(same) for key, same in found.items()]


def pytest_collection_finish() -> None:
    """Exclude the thousands of items from garbage collection."""
    gc.collect()
    gc.freeze()


_killed: dict[str, set[str]] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Set the number of examples, enough to find a fault."""
    context = item.config.stash[CONTEXT]
    quiet = _fault_of(item) == NO_FAULT or not _claimed(item)
    examples = QUIET_EXAMPLES if quiet else EXAMPLES
    context.options = replace(context.options, examples=examples)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> bool | None:
    """Skip scenarios whose requirements a fault has already broken."""
    claimed = _claimed(item)
    killed = _killed.get(_fault_of(item), set())
    if not claimed or _everywhere(item) or claimed - killed:
        return None
    item.session._setupstate.teardown_exact(nextitem)
    return True


class Table:
    """The verdict of every scenario under every fault."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = getattr(report, "conformance", None)
        if not found:
            return
        label = LABEL.search(found["id"])
        self.rows.append(
            {
                "fault": (label[1] or label[2]) if label else NO_FAULT,
                "scenario": LABEL.sub("", found["id"]).replace("[]", ""),
                "verdict": found["verdict"],
                "message": found["message"],
                "requirements": found["requirements"],
            }
        )

    def pytest_sessionfinish(self) -> None:
        if target := os.environ.get(OUTPUT):
            Path(target).write_text(json.dumps(self.rows, indent=1))

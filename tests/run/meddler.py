"""A pytest plugin that makes a run's scenarios end as a test needs it.

``MEDDLE_VERDICTS`` names verdicts; each is brought about in one scenario.
``MEDDLE_CRASH`` ends a worker in the middle of its third scenario.
``MEDDLE_SWALLOW`` leaves out, untold, all but that many scenarios.
``MEDDLE_EXIT`` ends pytest with status 0 after that many scenarios.
``MEDDLE_ONLY`` leaves out all files but one.
``MEDDLE_COLLECTION`` names a file that cannot be read.
``MEDDLE_SIGNAL`` is sent to ``MEDDLE_PID`` (the run itself without) once
``MEDDLE_AFTER`` scenarios have ended.
"""

import os
import signal

import pytest

from conformance.catalogue import catalogue
from conformance.errors import Blocked, Unsupported
from conformance.run.selection import requirement_ids

RAISED = {
    "fail": AssertionError("expected: this\nactual: <that> & more"),
    "warn": AssertionError("expected: this\nactual: that"),
    "error": ValueError("a slip of the harness"),
    "blocked": Blocked("no token"),
    "unsupported": Unsupported("needs a second user"),
}
LEVELS = {"fail": "MUST", "warn": "SHOULD"}
begun, called, ended = [], [], []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    if only := os.environ.get("MEDDLE_ONLY"):
        items[:] = [item for item in items if item.path.name == only]
    for verdict in os.environ.get("MEDDLE_VERDICTS", "").split():
        item = next(i for i in items if _free(i, LEVELS.get(verdict)))
        item.meddle = RAISED[verdict]


def _free(item, level):
    bound = [catalogue()[i] for i in requirement_ids(item)]
    plain = not any(r.deviation or r.level == "MAY" for r in bound)
    levels = {r.level for r in bound}
    return plain and not hasattr(item, "meddle") and level in {None, *levels}


def pytest_pycollect_makeitem(collector):
    if collector.path.name == os.environ.get("MEDDLE_COLLECTION"):
        raise collector.CollectError("cannot be read")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if error := getattr(pyfuncitem, "meddle", None):
        raise error
    called.append(pyfuncitem)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if "MEDDLE_CRASH" in os.environ and worker == "gw0" and len(called) == 3:
        os._exit(1)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    """Some in this process run as usual; no report tells of the others."""
    begun.append(item)
    if len(begun) > int(os.environ.get("MEDDLE_SWALLOW", "9999")):
        return True
    if len(begun) > int(os.environ.get("MEDDLE_EXIT", "9999")):
        pytest.exit("enough", returncode=0)
    return None


def pytest_runtest_logfinish(nodeid):
    """Runs in the controller and in workers: only the first counts."""
    if (
        "PYTEST_XDIST_WORKER" in os.environ
        or "MEDDLE_SIGNAL" not in os.environ
    ):
        return
    ended.append(nodeid)
    if len(ended) == int(os.environ["MEDDLE_AFTER"]):
        number = signal.Signals[os.environ["MEDDLE_SIGNAL"]]
        os.kill(int(os.environ.get("MEDDLE_PID", os.getpid())), number)

"""Without a browser that starts, a run judges all that needs none."""

import os

import pytest

from conformance.actors import launch

from . import command

SOME = (
    "--scenario",
    "browser/*",
    "--scenario",
    "protocol/test_revocation.py*",
)


@pytest.fixture
def node(tmp_path):
    """A driver that lacks a library."""
    made = tmp_path / "node"
    made.write_text(
        '#!/bin/sh\necho "$0: error while loading shared libraries: '
        'libatomic.so.1: cannot open shared object file" >&2\nexit 127\n',
        "utf-8",
    )
    made.chmod(0o755)
    return str(made)


def told(done, cause):
    """Hold a run's results, and return why there was no browser."""
    assert done.status == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "pass" in done.verdicts().values()
    for row in done.results["scenarios"]:
        in_browser = row["id"].startswith("browser/")
        assert (row["verdict"] == "unsupported") == in_browser, row
        if in_browser:
            assert row["message"].startswith(launch.NO_BROWSER)
            assert cause in row["message"]
            assert " run" in row["message"]
    assert done.left_behind() == []


@pytest.mark.parametrize("more", [(), ("--workers", "2")])
def test_driver_that_does_not_start(tmp_path, node, more):
    env = {"PLAYWRIGHT_NODEJS_PATH": node}
    done = command.run(tmp_path, *SOME, *more, env=env)
    told(done, "libatomic.so.1: cannot open shared object file")


def test_browser_that_does_not_start(tmp_path):
    if problem := launch.driver_problem():
        assert not os.environ.get("CI"), problem
        pytest.skip(problem)
    crashing = tmp_path / "bin" / "chromium"
    crashing.parent.mkdir()
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n", "utf-8")
    crashing.chmod(0o755)
    env = {
        "PATH": str(crashing.parent),
        "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "none"),
    }
    done = command.run(tmp_path, *SOME, env=env)
    told(done, f"{crashing} cannot start: exit: exitCode=null, signal=SIGSEGV")

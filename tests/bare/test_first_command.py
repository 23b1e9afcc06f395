"""The README's commands end in 0 where nothing but Python is installed.

In CI with the scenarios of two files; BARE_FULL=1 runs all, and the
README's test command, too.
"""

import json
import shutil

import pytest

from .conftest import FULL
from .machine import ROOT, USER

SECONDS = 3600 if FULL else 600
BROWSER = "browser/test_new_app.py*"
SOME = f" -- --scenario '{BROWSER}' --scenario 'protocol/test_revocation.py*'"
LINE = "apt-get update && apt-get install -y --no-install-recommends"
PROVISION = ".tox/conformance/bin/python -m conformance.provision"
CAUSE = "Playwright's driver cannot start: libatomic.so.1"


def command(heading):
    """Return the first command of a section of the README."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition(f"\n## {heading}\n")[2]
    found = section.partition("```sh\n")[2].partition("\n```")[0]
    assert found.count("tox run -e") == 1, found
    assert "\n" not in found
    return found


class Installation:
    """The README's first command, run by a user, and its results."""

    def __init__(self, machine, user, more=""):
        self.project = machine.check_out(user)
        options = more if FULL else SOME + more
        self.done = machine.sh(
            command("Try it") + options, user=user, seconds=SECONDS
        )
        file = self.project / "reports/last/results.json"
        assert file.is_file(), self.done.output[-5000:]
        self.scenarios = json.loads(file.read_text("utf-8"))["scenarios"]

    def must_conform(self):
        assert self.done.status == 0, self.done.output[-5000:]
        assert "Traceback" not in self.done.output
        verdicts = {row["verdict"] for row in self.scenarios}
        assert verdicts <= {"pass", "known", "unsupported"}

    def messages(self, verdict, *, browser):
        return [
            row["message"]
            for row in self.scenarios
            if row["verdict"] == verdict
            and row["id"].startswith("browser/") == browser
        ]


@pytest.fixture(scope="module")
def user(bare):
    """A user without sudo, who comes before root brings a browser."""
    return Installation(bare, USER, "" if FULL else " --workers 2")


@pytest.fixture(scope="module")
def root(bare, user):
    """Root, afterwards."""
    del user
    return Installation(bare, "root")


def test_user_is_told_what_a_browser_needs(user):
    user.must_conform()
    line = f"run as root: {LINE} libatomic1 chromium"
    assert f"To get what is missing, {line}" in user.done.output
    unsupported = user.messages("unsupported", browser=True)
    assert unsupported
    assert not user.messages("pass", browser=True)
    for message in unsupported:
        assert CAUSE in message
        assert message.endswith(line)


def test_user_judges_all_that_needs_no_browser(user):
    assert len(user.messages("pass", browser=False)) > 5
    if not FULL:
        assert not user.messages("unsupported", browser=False)


def test_one_line_names_all_parts(bare, user):
    del user
    parts = f"{PROVISION} browser postgresql proxies"
    done = bare.sh(parts, user=USER, seconds=120)
    assert done.status == 0, done.output
    *_, last = done.output.splitlines()
    assert last == (
        f"To get what is missing, run as root: {LINE} libatomic1 chromium "
        "postgresql postgresql-postgis libmagic1 nginx-light apache2-bin "
        "haproxy"
    )
    assert bare.sh(parts, user=USER, seconds=120, CI="true").status == 1


def test_system_without_apt_is_told_what_debian_calls_it(bare, user):
    del user
    done = bare.sh(
        f"{PROVISION} browser proxies",
        user=USER,
        seconds=120,
        hidden=["usr/bin/apt-get"],
    )
    assert done.status == 0, done.output
    assert "Traceback" not in done.output
    needed = "libatomic1 nginx-light apache2-bin haproxy"
    assert f"install as root what Debian calls: {needed}; " in done.output
    assert done.output.endswith("-m playwright install chromium\n")


def test_root_gets_a_browser(root):
    root.must_conform()
    assert root.messages("pass", browser=True)
    assert not root.messages("unsupported", browser=True)
    assert "is missing" not in root.done.output


def test_user_finds_roots_browser(bare, root):
    """In a container that allows no sandbox, too."""
    del root
    done = bare.sh(f"{PROVISION} browser", user=USER, seconds=120)
    assert (done.status, done.output) == (0, "")


@pytest.mark.skipif(not FULL, reason="for the night: BARE_FULL=1")
def test_test_command(bare, root):
    git = "git init -q && git add -A"
    prepared = bare.sh(git, seconds=60)
    assert prepared.status == 0, prepared.output
    shutil.rmtree(root.project / ".venv")
    done = bare.sh(command("Develop"), seconds=2 * SECONDS)
    assert done.status == 0, done.output[-10000:]

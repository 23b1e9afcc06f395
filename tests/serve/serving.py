"""``fittrackee-conformance serve`` in a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass

COMMAND = [sys.executable, "-m", "conformance.cli", "serve"]
STOP_SECONDS = 20
START_SECONDS = 60  # on a busy machine; a server that takes longer hangs
LAST_LINE = re.compile(r"Ctrl-C stops the server.*")


@dataclass(frozen=True)
class Printed:
    """Output of a running ``serve``.

    Attributes:
        text: The output.
        process: The running command.
    """

    text: str
    process: subprocess.Popen

    def value(self, name):
        """Return the value that is printed after a name."""
        return re.search(rf"^ *{name} +(\S.*)$", self.text, re.MULTILINE)[1]

    @property
    def url(self):
        return re.search(r" at (http://\S+)$", self.text, re.MULTILINE)[1]

    @property
    def users(self):
        line = re.compile(r"log in as (\S+) +password (\S+)")
        return dict(line.findall(self.text))

    @property
    def owner(self):
        return next(iter(self.users.items()))

    @property
    def app(self):
        return self.value("client_id"), self.value("client_secret")

    @property
    def authorization_url(self):
        return re.search(r"^ +(http\S+\?\S+)$", self.text, re.MULTILINE)[1]


def environment(folder):
    """Return this process's environment, with temporary files in a folder."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    env |= {"TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return env


@contextlib.contextmanager
def serving(folder, *words):
    """Run ``serve`` on a free port; yield its output."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *words],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    patience = threading.Timer(START_SECONDS, process.kill)
    patience.start()
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if LAST_LINE.match(line):
                break
        patience.cancel()
        text = "".join(lines)
        assert LAST_LINE.search(text), f"it ended or hung: {text}"
        yield Printed(text, process)
    finally:
        patience.cancel()
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.stdout.close()


def refused(folder, *words):
    """Run ``serve`` with invalid options; return its line of error output."""
    done = subprocess.run(
        [*COMMAND, "--port", "0", *words],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 2, done
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert list(folder.glob("fittrackee-reference-*")) == []
    return line

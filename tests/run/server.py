"""``fittrackee-conformance serve`` in a process of its own."""

from __future__ import annotations

import contextlib
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VARIABLES = {"owner": "", "stranger": "OTHER_", "admin": "ADMIN_"}
LINE = re.compile(r"log in as (?P<email>\S+) +password (?P<password>\S+)")
STOP_SECONDS = 15


@dataclass(frozen=True)
class Server:
    """A reference that is served, and who may log in."""

    url: str
    pid: int
    users: dict[str, tuple[str, str]]

    def credentials(self, *roles: str) -> dict[str, str]:
        """Return the environment that names some of the users."""
        found = {}
        for role in roles:
            email, password = self.users[role]
            found[f"FITTRACKEE_{VARIABLES[role]}EMAIL"] = email
            found[f"FITTRACKEE_{VARIABLES[role]}PASSWORD"] = password
        return found


@contextlib.contextmanager
def serve(folder: Path, *words: str) -> Iterator[Server]:
    """Serve a reference on a free port; it need not live to the end."""
    process = subprocess.Popen(
        [*command.COMMAND, "serve", "--port", "0", *words],
        cwd=folder,
        env=command.environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        first = process.stdout.readline()
        url = re.search(r"http://\S+", first)[0]
        users = {}
        while len(users) < len(VARIABLES):
            line = process.stdout.readline()
            assert line, "the server ended before it named its users"
            if found := LINE.search(line):
                role = found["email"].partition("@")[0]
                users[role] = (found["email"], found["password"])
        yield Server(url, process.pid, users)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
        process.stdout.close()

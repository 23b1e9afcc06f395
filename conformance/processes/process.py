"""Child processes that end with the harness at the latest."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeVar

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_fixed,
)

from conformance.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

TAIL = 4000  # characters of a log that an error contains
PR_SET_PDEATHSIG = 1  # from linux/prctl.h
T = TypeVar("T")


class EndedEarlyError(TargetError):
    """A process ended before it was ready: its port may have been taken."""


@dataclass(frozen=True)
class Service:
    """A running child process and its log.

    Attributes:
        name: Its name in messages.
        process: The child; it leads its own session and process group.
        log: File with its output.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def ended(self) -> str:
        """Return how the child ended, ``""`` while it runs."""
        status = self.process.poll()
        if status is None:
            return ""
        if status < 0:
            return f"{self.name} was ended by {signal.Signals(-status).name}"
        return f"{self.name} ended with exit status {status}"

    def tail(self) -> str:
        """Return the end of the log."""
        return tail(self.log.read_text("utf-8", "replace"))

    def ready(
        self,
        ask: Callable[[], T],
        *,
        missing: type[Exception],
        seconds: float,
        pause: float,
    ) -> T:
        """Call a function until it succeeds; return its result.

        Args:
            ask: Raises ``missing`` while the process is not ready.
            missing: The exception of ``ask``; after ``seconds`` the last
                one is raised.
            seconds: How long to try.
            pause: Seconds between two attempts.

        Raises:
            EndedEarlyError: The process ended before it was ready.
        """

        def attempt() -> T:
            if ended := self.ended():
                raise EndedEarlyError(
                    f"{ended} before it answered", detail=self.tail()
                )
            return ask()

        return Retrying(
            retry=retry_if_exception_type(missing),
            wait=wait_fixed(pause),
            stop=stop_after_delay(seconds),
            reraise=True,
        )(attempt)


@dataclass(frozen=True)
class Finished:
    """A child process that has ended.

    Attributes:
        status: Its exit status, negative for a signal.
        output: Its standard output and standard error.
    """

    status: int
    output: str


def tail(text: str) -> str:
    """Return the last characters of a text, in whole lines if possible."""
    if len(text) <= TAIL:
        return text
    return text[-TAIL:].partition("\n")[2] or text[-TAIL:]


def plain_environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment variables of a server that is started here.

    Only PATH is inherited: a ``PYTHONPATH`` or an ``EMAIL_URL`` of the
    caller's shell is not meant for the server.

    Args:
        home: Its ``HOME``.
        **more: Further variables.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        **more,
    }


@contextlib.contextmanager
def running(
    argv: Sequence[str],
    *,
    name: str,
    env: Mapping[str, str],
    log: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    patience: float = 10,
    user: str | None = None,
    pass_fds: Sequence[int] = (),
) -> Iterator[Service]:
    """Run a server for as long as the context lasts.

    Args:
        argv: The command.
        name: Its name in messages.
        env: All its environment variables.
        log: File for both output streams.
        stop_signal: Signal that asks the server to end.
        patience: Seconds until it is killed if it does not.
        user: User to run as; only root can.
        pass_fds: Open file descriptors that it inherits.
    """
    with log.open("ab") as output:
        process = _spawn(
            argv,
            env=env,
            cwd=log.parent,
            user=user,
            death_signal=stop_signal,
            stdin=subprocess.DEVNULL,
            stdout=output,
            pass_fds=pass_fds,
        )
    try:
        yield Service(name, process, log)
    finally:
        _end(process, stop_signal, patience)


def run(
    argv: Sequence[str],
    *,
    what: str,
    env: Mapping[str, str],
    cwd: Path,
    seconds: float,
    stdin: str = "",
    user: str | None = None,
) -> Finished:
    """Run a command to its end.

    Args:
        argv: The command.
        what: What it does, for messages.
        env: All its environment variables.
        cwd: Working directory.
        seconds: Time limit.
        stdin: Text for its standard input.
        user: User to run as; only root can.

    Raises:
        TargetError: It cannot be run, or exceeded the time limit.
    """
    process = _spawn(
        argv,
        env=env,
        cwd=cwd,
        user=user,
        death_signal=signal.SIGKILL,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        output, _ = process.communicate(stdin.encode(), timeout=seconds)
    except subprocess.TimeoutExpired as expired:
        so_far = (expired.stdout or b"").decode("utf-8", "replace")
        raise TargetError(
            f"{what}: not finished after {seconds:g} s", detail=tail(so_far)
        ) from None
    finally:
        _end(process, signal.SIGKILL, 5)
    return Finished(process.returncode, output.decode("utf-8", "replace"))


def _spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    user: str | None,
    death_signal: signal.Signals,
    stdin: int,
    stdout: int | IO[bytes],
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    # A session of its own: a terminal's Ctrl-C reaches only the harness,
    # which then stops the child.
    group = pwd.getpwnam(user).pw_gid if user else None
    try:
        return subprocess.Popen(  # noqa: S603 - a list, from our own code
            list(argv),
            env=dict(env),
            cwd=cwd,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=[] if user else None,
            pass_fds=pass_fds,
            preexec_fn=_die_with_parent(death_signal),
        )
    except OSError as error:
        as_user = f" as user {user}" if user else ""
        raise TargetError(
            f"{argv[0]} cannot be run{as_user} in {cwd}: {error.strerror}; "
            f"check its permissions, or set TMPDIR to another folder"
        ) from None


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return a function that makes Linux signal the child if we are killed."""
    if not sys.platform.startswith("linux"):
        return None
    # Loaded here, before the fork: the child of a process with threads
    # must not load anything.
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, int(number))


def _end(
    process: subprocess.Popen[bytes],
    stop_signal: signal.Signals,
    patience: float,
) -> None:
    _signal_group(process, stop_signal)
    deadline = time.monotonic() + patience
    while process.poll() is None or _signal_group(process, 0):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    _signal_group(process, signal.SIGKILL)
    process.wait(5)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> bool:
    """Signal the child's process group; return False if it is empty."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True

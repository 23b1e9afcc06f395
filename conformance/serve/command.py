"""``fittrackee-conformance serve``: a server to develop an app against."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from conformance.errors import UsageError
from conformance.faults import get as fault_named
from conformance.processes.signals import CleanUp, stopping_signals_interrupt
from conformance.reference import serve
from conformance.reference.contracts import contract
from conformance.reference.rate_limit import parse as parse_rate_limit
from conformance.serve.demonstration import REDIRECT_URIS, demonstration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import ExitStack

    from sqlalchemy import URL

    from conformance.serve.demonstration import Demonstration

HOST = "127.0.0.1"
LARGEST_REASON = 200  # characters of what a database says
_DRIVERS = {
    "sqlite": "sqlite:///FILE",
    "postgres": "",
    "postgresql": "postgresql://USER@HOST/NAME",
    "postgresql+psycopg": "",
}


@dataclass(frozen=True)
class ServeOptions:
    """What somebody wants served; None leaves an option at its default.

    Attributes:
        port: TCP port on 127.0.0.1, 0 for a free one.
        contract: ``newest``, or such as ``0.8``.
        database_url: SQLite or PostgreSQL; None keeps everything in a
            temporary file. May hold a password.
        rate_limit: Such as ``300 per 5 minutes``.
        fault: Name of the fault that breaks the server.
        redirect_uris: Of the app that is ready to be used.
        access_token_lifetime: Seconds that access tokens live.
    """

    port: int = 5000
    contract: str = "newest"
    database_url: str | None = field(default=None, repr=False)
    rate_limit: str | None = None
    fault: str | None = None
    redirect_uris: tuple[str, ...] = REDIRECT_URIS
    access_token_lifetime: int | None = None

    def check(self) -> None:
        """Raise UsageError for what can be told before anything starts."""
        try:
            contract(self.contract)
            if self.fault is not None:
                fault_named(self.fault)
            if self.rate_limit is not None:
                parse_rate_limit(self.rate_limit)
        except KeyError as error:
            raise UsageError(str(error.args[0])) from None
        except ValueError as error:
            raise UsageError(f"--rate-limit: {error}") from None
        if self.database_url is not None:
            _check_database_url(self.database_url)
        _check_port(self.port)


def serve_until_interrupted(
    wanted: ServeOptions, say: Callable[[str], object]
) -> None:
    """Serve on 127.0.0.1 until Ctrl-C or SIGTERM.

    Args:
        wanted: What to serve.
        say: Prints for the user, passwords and the app's secret included.

    Raises:
        UsageError: An option cannot be used as given.
    """
    wanted.check()
    try:
        with stopping_signals_interrupt(), CleanUp() as stack:
            ready = _demonstration(wanted, stack)
            try:
                url = stack.enter_context(
                    serve(ready.server, HOST, wanted.port)
                )
            except OSError as error:
                raise _port_error(wanted.port, error) from None
            say("\n".join(_told(wanted, ready, url)))
            threading.Event().wait()
    except KeyboardInterrupt:
        say("stopped")


def _told(
    wanted: ServeOptions, ready: Demonstration, url: str
) -> Iterator[str]:
    """Yield what a user has to know, one line each."""
    yield from ready.lines(url)
    yield ""
    if wanted.fault is not None:
        yield f"Broken by {wanted.fault}: {fault_named(wanted.fault).summary}"
    if wanted.database_url is None:
        yield "Ctrl-C stops it; users, apps and tokens are gone then."
    else:
        yield "Ctrl-C stops it; users, apps and tokens stay in the database."


def _demonstration(wanted: ServeOptions, stack: ExitStack) -> Demonstration:
    """Make the server, its users and its app."""
    try:
        ready = stack.enter_context(
            demonstration(
                database_url=wanted.database_url,
                contract=wanted.contract,
                fault=wanted.fault,
                rate_limit=wanted.rate_limit,
                redirect_uris=wanted.redirect_uris,
            )
        )
    except SQLAlchemyError as error:
        raise _database_error(wanted.database_url, error) from None
    except ValueError as error:
        raise UsageError(str(error)) from None
    if wanted.access_token_lifetime is not None:
        ready.server.replace(
            "access_token_lifetime", wanted.access_token_lifetime
        )
    return ready


# -- the database -------------------------------------------------------


def _check_database_url(text: str) -> None:
    """Refuse what is no database that several threads can share.

    The text is not repeated: it may hold a password.
    """
    forms = " or ".join(filter(None, _DRIVERS.values()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError(
            f"--database-url cannot be read: write {forms}, and a password "
            "percent-encoded (%40 for @)"
        ) from None
    if url.drivername not in _DRIVERS:
        raise UsageError(f"--database-url: only {forms} can be used")
    # Of a password that is not quoted, the rest is taken for the host.
    if "@" in (url.host or ""):
        raise UsageError("--database-url: write %40 for an @ in a password")
    if url.drivername == "sqlite" and _in_memory(url):
        raise UsageError("--database-url: SQLite needs a file, sqlite:///FILE")


def _in_memory(url: URL) -> bool:
    """Whether SQLite would keep it in memory, for one thread only."""
    name = url.database or ":memory:"
    return ":memory:" in name or url.query.get("mode") == "memory"


def _database_error(text: str | None, error: SQLAlchemyError) -> UsageError:
    """Say in one line why a database cannot be opened."""
    reason = str(error.orig if isinstance(error, DBAPIError) else error)
    reason = " ".join(reason.split())
    password = make_url(text).password if text else None
    if password:
        reason = reason.replace(str(password), "***")
    return UsageError(
        f"--database-url: it cannot be opened: {reason[:LARGEST_REASON]}"
    )


# -- the port -----------------------------------------------------------


def _check_port(port: int) -> None:
    """Refuse a taken port before anything is written to a database."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise _port_error(port, error) from None


def _port_error(port: int, error: OSError) -> UsageError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return UsageError(
        f"port {port} cannot be used: {reason}; name another with --port, "
        "or 0 for a free one"
    )

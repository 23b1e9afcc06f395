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
LARGEST_REASON = 200  # characters of a database's error message
_DRIVERS = {
    "sqlite": "sqlite:///FILE",
    "postgres": "",
    "postgresql": "postgresql://USER@HOST/NAME",
    "postgresql+psycopg": "",
}


@dataclass(frozen=True)
class ServeOptions:
    """Options of ``serve``.

    Attributes:
        port: TCP port on 127.0.0.1, 0 for a free one.
        contract: ``newest``, or such as ``0.8``.
        database_url: SQLite or PostgreSQL; None keeps everything in a
            temporary file. May contain a password.
        rate_limit: Such as ``300 per 5 minutes``; None for no limit.
        fault: Name of the fault that breaks the server; None for none.
        redirect_uris: Redirection URIs of the registered app.
        access_token_lifetime: In seconds; None for FitTrackee's.
    """

    port: int = 5000
    contract: str = "newest"
    database_url: str | None = field(default=None, repr=False)
    rate_limit: str | None = None
    fault: str | None = None
    redirect_uris: tuple[str, ...] = REDIRECT_URIS
    access_token_lifetime: int | None = None

    def check(self) -> None:
        """Raise UsageError for invalid options, before anything starts."""
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
        wanted: The options.
        say: Prints a text, which contains passwords and the app's secret.

    Raises:
        UsageError: An option is invalid.
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
            say("\n".join(_lines(wanted, ready, url)))
            threading.Event().wait()
    except KeyboardInterrupt:
        say("stopped")


def _lines(
    wanted: ServeOptions, ready: Demonstration, url: str
) -> Iterator[str]:
    """Yield the lines that are printed once the server is running."""
    yield from ready.lines(url)
    yield ""
    if wanted.fault is not None:
        yield f"Broken by {wanted.fault}: {fault_named(wanted.fault).summary}"
    if wanted.database_url is None:
        yield "Ctrl-C stops the server and deletes its users, apps and tokens."
    else:
        yield "Ctrl-C stops the server; its data stay in the database."


def _demonstration(wanted: ServeOptions, stack: ExitStack) -> Demonstration:
    """Build the server with its users and its app."""
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
    """Raise UsageError for a database that threads cannot share.

    The message does not contain the text, which may contain a password.
    """
    forms = " or ".join(filter(None, _DRIVERS.values()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError(
            f"--database-url is not a URL: write {forms}, and a password "
            "percent-encoded (%40 for @)"
        ) from None
    if url.drivername not in _DRIVERS:
        raise UsageError(f"--database-url: only {forms} are supported")
    # What follows an @ in a password that is not quoted is parsed as host.
    if "@" in (url.host or ""):
        raise UsageError("--database-url: write %40 for an @ in a password")
    if url.drivername == "sqlite" and _in_memory(url):
        raise UsageError("--database-url: SQLite needs a file, sqlite:///FILE")


def _in_memory(url: URL) -> bool:
    """Return whether SQLite's database is in memory, for one thread only."""
    name = url.database or ":memory:"
    return ":memory:" in name or url.query.get("mode") == "memory"


def _database_error(text: str | None, error: SQLAlchemyError) -> UsageError:
    """Return the error that says in one line why a database fails to open."""
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
    """Raise UsageError if a port is in use, before a database is written."""
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

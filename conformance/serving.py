"""``fittrackee-conformance serve``: the reference server by hand."""

from __future__ import annotations

import secrets
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.reference import ReferenceServer, User, serve
from conformance.targets.signals import stopping_signals_interrupt

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("owner", "stranger", "admin")


def serve_until_interrupted(
    port: int, fault: str, say: Callable[[str], object]
) -> None:
    """Serve the reference on 127.0.0.1 until Ctrl-C.

    Args:
        port: TCP port, 0 for a free one.
        fault: Name of the fault that breaks the server, ``""`` for none.
        say: Prints a line for the user.

    Raises:
        UsageError: The port is taken, or there is no such fault.
    """
    users = [
        User(name, f"{name}@example.com", secrets.token_urlsafe(9))
        for name in NAMES[:2]
    ]
    users.append(
        User("admin", "admin@example.com", secrets.token_urlsafe(9), True)
    )
    with tempfile.TemporaryDirectory(prefix="fittrackee-reference-") as folder:
        database = f"sqlite:///{Path(folder) / 'reference.sqlite'}"
        try:
            server = ReferenceServer(
                database, users=users, fault=fault or None
            )
        except KeyError as error:
            raise UsageError(str(error.args[0])) from None
        try:
            with (
                stopping_signals_interrupt(),
                serve(server, port=port) as url,
            ):
                say(f"reference server at {url} (Ctrl-C stops it)")
                for user in users:
                    say(f"  log in as {user.email}  password {user.password}")
                threading.Event().wait()
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be used: {error.strerror or error}"
            ) from None
        except KeyboardInterrupt:
            say("stopped")
        finally:
            server.close()

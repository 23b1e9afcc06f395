"""The target ``reference``: runs the harness's own server."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from conformance.errors import UsageError
from conformance.instance import Instance, counted, ready
from conformance.processes import own_postgres, postgres, signals
from conformance.targets import users
from conformance.targets.behind import published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference import User
    from conformance.targets.behind import Behind

NEWEST = "newest"
VARIABLE = "FITTRACKEE_REFERENCE_DATABASE"
DATABASES = ("sqlite", "postgresql")  # the first is the default


@dataclass(frozen=True)
class ReferenceTarget:
    """``reference``, or ``reference:CONTRACT``.

    Attributes:
        name: The target as the user wrote it.
        contract: Name of the contract that it serves.
        fault: Name of the fault that breaks it, if any.
        behind: Runs a proxy in front of it.
        app_workers: Number of threads that serve it; with 1 it serves one
            request at a time, None starts enough for races.
    """

    name: str
    contract: str = NEWEST
    fault: str | None = None
    behind: Behind | None = None
    app_workers: int | None = None
    kind: str = "reference"

    @contextlib.contextmanager
    def start(self) -> Iterator[Instance]:
        """Serve the reference for as long as the context lasts.

        Raises:
            UsageError: The contract, fault or kind of database is unknown.
            TargetError: PostgreSQL is to be used and is not available.
        """
        # Imported here: most commands need no server.
        from conformance import faults
        from conformance.reference import ReferenceServer, serve
        from conformance.reference.listen import THREADS

        self._check()
        people = users.new_users()
        control_key = secrets.token_urlsafe(32)
        with signals.stopping_signals_interrupt(), signals.CleanUp() as stack:
            server = ReferenceServer(
                database_url=stack.enter_context(fresh_database()),
                users=_accounts(people),
                contract=self.contract,
                control_key=control_key,
            )
            stack.callback(server.close)
            if self.fault is not None:
                faults.get(self.fault).apply(server)
            threads = self.app_workers or THREADS
            upstream = stack.enter_context(serve(server, threads=threads))
            public = stack.enter_context(published(upstream, self.behind))
            ready.identify(public.url, reach=public.reach)
            yield Instance(
                kind="reference",
                name=self.name,
                url=public.url,
                version=server.contract.release,
                owner=people.owner,
                stranger=people.stranger,
                admin=people.admin,
                disposable=True,
                control_key=control_key,
                reach=public.reach,
                upstream=upstream,
                app_workers=counted(threads, "thread"),
            )

    def _check(self) -> None:
        """Raise UsageError for an unknown contract or fault."""
        from conformance import faults
        from conformance.reference import contracts

        try:
            contracts.contract(self.contract)
            if self.fault is not None:
                faults.get(self.fault)
        except KeyError as error:
            raise UsageError(f"{self.name}: {error.args[0]}") from None


def _accounts(people: users.Users) -> list[User]:
    """Return the accounts that the reference starts with."""
    from conformance.reference import User

    return [
        User(
            name=user.name,
            email=user.email,
            password=user.password,
            admin=user is people.admin,
        )
        for user in people
    ]


@contextlib.contextmanager
def fresh_database() -> Iterator[str]:
    """Create an empty database; delete it when the context ends.

    ``FITTRACKEE_REFERENCE_DATABASE`` names its kind. PostgreSQL is the
    server of ``FITTRACKEE_POSTGRES_URL``, or a temporary one.

    Yields:
        Its SQLAlchemy URL.

    Raises:
        UsageError: The variable names an unknown kind.
        TargetError: PostgreSQL is not available.
    """
    kind = os.environ.get(VARIABLE) or DATABASES[0]
    if kind not in DATABASES:
        raise UsageError(f"{VARIABLE}: set it to {' or '.join(DATABASES)}")
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(
            prefix="ftc-reference-", ignore_cleanup_errors=True
        ) as folder:
            yield f"sqlite:///{Path(folder) / 'data.sqlite'}"
        return
    given = os.environ.get(own_postgres.VARIABLE) or None
    if given:
        postgres.check_url(given)
    with postgres.fresh_database(given, postgis=False) as database:
        yield sqlalchemy_url(database.conninfo)


def sqlalchemy_url(conninfo: str) -> str:
    """Return a libpq connection string as a URL, with its password."""
    parts = {k: str(v) for k, v in conninfo_to_dict(conninfo).items()}
    name = parts.pop("dbname")
    url = URL.create("postgresql+psycopg", database=name, query=parts)
    return url.render_as_string(hide_password=False)

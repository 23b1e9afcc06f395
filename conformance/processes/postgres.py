"""Creates a temporary PostgreSQL database, on a given or an own server."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
import psycopg.errors
from psycopg import sql
from psycopg.conninfo import make_conninfo

from conformance.errors import TargetError, UsageError
from conformance.processes.own_postgres import PACKAGES, VARIABLE, own_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class OwnDatabase:
    """A temporary database.

    Attributes:
        conninfo: libpq connection string; may contain a password.
        environment: The same as variables for a FitTrackee server:
            ``DATABASE_URL`` has the database's name only, the rest are
            libpq's own variables, so that no password has to be quoted for
            a URL.
    """

    conninfo: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)


@contextlib.contextmanager
def fresh_database(
    given_url: str | None, *, postgis: bool
) -> Iterator[OwnDatabase]:
    """Create a database, and drop it when the context ends.

    Args:
        given_url: URL of a server to create it on; None starts one.
        postgis: Whether to create the PostGIS extension in it.

    Raises:
        TargetError: No server can be reached or started, its user may not
            create databases, or PostGIS is not installed.
    """
    name = f"fittrackee_conformance_{secrets.token_hex(6)}"
    with contextlib.ExitStack() as stack:
        server = given_url or stack.enter_context(own_server())
        with _explained(), _connect(server) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            )
        if given_url:
            stack.enter_context(_dropping(server, name))
        yield _prepare(make_conninfo(server, dbname=name), postgis=postgis)


def check_url(url: str) -> None:
    """Raise UsageError for a URL that libpq cannot parse.

    The message does not contain the URL, which may contain a password.
    """
    readable = url.startswith(("postgresql://", "postgres://"))
    try:
        make_conninfo(url)
    except psycopg.ProgrammingError:
        readable = False
    if not readable:
        raise UsageError(
            f"{VARIABLE} is not a PostgreSQL URL; give one such as "
            f"postgresql://user:password@127.0.0.1:5432/postgres"
        )


def _connect(conninfo: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(conninfo, connect_timeout=10, autocommit=True)
    except psycopg.OperationalError as error:
        raise TargetError(
            f"{VARIABLE}: PostgreSQL cannot be reached; is the server "
            f"running, and are user and password right?",
            detail=str(error),
        ) from None


def _prepare(conninfo: str, *, postgis: bool) -> OwnDatabase:
    with _explained(), _connect(conninfo) as connection:
        if postgis:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        variables = {
            option.envvar.decode(): option.val.decode()
            for option in connection.pgconn.info
            if option.envvar and option.val and option.val != option.compiled
        }
        name = connection.info.dbname
    return OwnDatabase(
        conninfo, {**variables, "DATABASE_URL": f"postgresql:///{name}"}
    )


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise TargetError(
            f"{VARIABLE}: its user may not create a database with PostGIS; "
            f"name a superuser",
            detail=str(error),
        ) from None
    except (
        psycopg.errors.FeatureNotSupported,
        psycopg.errors.UndefinedFile,
    ) as error:
        raise TargetError(
            f"PostgreSQL lacks PostGIS; on the server run: {PACKAGES}",
            detail=str(error),
        ) from None


@contextlib.contextmanager
def _dropping(server: str, name: str) -> Iterator[None]:
    try:
        yield
    finally:
        try:
            with _connect(server) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                        sql.Identifier(name)
                    )
                )
        except (psycopg.Error, TargetError) as error:
            raise TargetError(
                f"the database {name} could not be dropped; drop it by hand",
                detail=str(error),
            ) from None

"""One engine per server, one session per request.

Of two concurrent requests with the same code only one may succeed. The
statements that mark a code or refresh token as used are conditional
(``UPDATE … WHERE used_at IS NULL``). On SQLite, a request that may write also
takes the write lock when its transaction begins: SQLite fails a reader that
becomes a writer later instead of making it wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, request
from sqlalchemy import create_engine, event, inspect, make_url
from sqlalchemy.orm import Session

from conformance.reference.storage.models import Base

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection

LOCK_TIMEOUT = 20.0  # seconds to wait for SQLite's write lock
CONNECT_TIMEOUT = 10  # seconds to connect to PostgreSQL
_READS = ("GET", "HEAD", "OPTIONS")


class Database:
    """The tables of one server, in SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Connect and create missing tables.

        Args:
            url: An SQLAlchemy URL; SQLite (a file) or PostgreSQL.

        Raises:
            ValueError: It has tables of another program; the message is
                one line.
            SQLAlchemyError: It cannot be opened.
        """
        self.engine = _sqlite(url) if _is_sqlite(url) else _other(url)
        self._writing = self.engine.execution_options(writes=True)
        try:
            with self._writing.begin() as connection:
                _reject_foreign_tables(connection)
                Base.metadata.create_all(connection)
        except BaseException:
            self.engine.dispose()
            raise

    @property
    def session(self) -> Session:
        """The session of the current request."""
        if "session" not in g:
            g.session = self.open(writes=request.method not in _READS)
        session: Session = g.session
        return session

    def open(self, *, writes: bool = True) -> Session:
        """Open a session outside of a request; the caller closes it."""
        return Session(self._writing if writes else self.engine)

    def end_request(self, _error: BaseException | None = None) -> None:
        """Close the request's session; uncommitted changes are lost."""
        session: Session | None = g.pop("session", None)
        if session is not None:
            session.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _reject_foreign_tables(connection: Connection) -> None:
    """Raise ValueError for a real FitTrackee's database: names overlap."""
    own = set(Base.metadata.tables)
    present = own.intersection(inspect(connection).get_table_names())
    if present and present != own:
        raise ValueError(
            "the database holds tables of another program; name an empty one"
        )


def _is_sqlite(url: str) -> bool:
    """Whether a database URL is SQLite's."""
    return url.startswith("sqlite")


def _other(url: str) -> Engine:
    """Return a PostgreSQL engine, psycopg 3 by default."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    arguments = {"connect_timeout": CONNECT_TIMEOUT}
    if "connect_timeout" in make_url(url).query:
        arguments = {}
    return create_engine(
        url, pool_size=10, pool_pre_ping=True, connect_args=arguments
    )


def _sqlite(url: str) -> Engine:
    """Return an SQLite engine: write-ahead log, explicit BEGIN."""
    engine = create_engine(
        url, pool_size=10, connect_args={"timeout": LOCK_TIMEOUT}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        # A crash may lose the last commits; the file stays intact.
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

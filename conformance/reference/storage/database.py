"""One engine per server, one session per request.

Two requests that present the same code at the same time must not both
win. The statements that spend a code or a refresh token are conditional
(``UPDATE … WHERE used_at IS NULL``); on SQLite, besides, a request that may
write takes the write lock when its transaction begins, because a reader
that turns into a writer later would be refused instead of waiting.
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
CONNECT_TIMEOUT = 10  # seconds for PostgreSQL to answer
_READS = ("GET", "HEAD", "OPTIONS")


class Database:
    """The tables of one server, in SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Connect and create what is missing.

        Args:
            url: An SQLAlchemy URL; SQLite (a file) or PostgreSQL.

        Raises:
            ValueError: Another program keeps its tables there; the message
                is one line.
            SQLAlchemyError: It cannot be opened.
        """
        self.engine = _sqlite(url) if _is_sqlite(url) else _other(url)
        self._writing = self.engine.execution_options(writes=True)
        try:
            with self._writing.begin() as connection:
                _refuse_a_strangers(connection)
                Base.metadata.create_all(connection)
        except BaseException:
            self.engine.dispose()
            raise

    @property
    def session(self) -> Session:
        """The session of the request being answered."""
        if "session" not in g:
            g.session = self.open(writes=request.method not in _READS)
        session: Session = g.session
        return session

    def open(self, *, writes: bool = True) -> Session:
        """Open a session outside of a request; the caller closes it."""
        return Session(self._writing if writes else self.engine)

    def end_request(self, _error: BaseException | None = None) -> None:
        """Give the request's connection back; uncommitted work is lost."""
        session: Session | None = g.pop("session", None)
        if session is not None:
            session.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _refuse_a_strangers(connection: Connection) -> None:
    """Keep away from a real FitTrackee's tables: some names are the same."""
    ours = set(Base.metadata.tables)
    there = ours.intersection(inspect(connection).get_table_names())
    if there and there != ours:
        raise ValueError(
            "the database holds tables of another program; name an empty one"
        )


def _is_sqlite(url: str) -> bool:
    """Tell SQLite from the others."""
    return url.startswith("sqlite")


def _other(url: str) -> Engine:
    """Connect to PostgreSQL, by psycopg 3 unless the URL says otherwise."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    patience = {"connect_timeout": CONNECT_TIMEOUT}
    if "connect_timeout" in make_url(url).query:
        patience = {}
    return create_engine(
        url, pool_size=10, pool_pre_ping=True, connect_args=patience
    )


def _sqlite(url: str) -> Engine:
    """Connect to SQLite with a write-ahead log and explicit BEGINs."""
    engine = create_engine(
        url, pool_size=10, connect_args={"timeout": LOCK_TIMEOUT}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        # A crash may lose the last commits, never the file's integrity.
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

"""A PostgreSQL server that the harness starts for itself alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from conformance.errors import TargetError
from conformance.processes import process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = "FITTRACKEE_POSTGRES_URL"
PACKAGES = "apt-get install postgresql postgresql-postgis"
START_SECONDS = 60
SETTINGS = {
    # A database that lives for one run needs no disk to hold it.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    # Reached by a socket in a private folder only.
    "listen_addresses": "",
}


def find_binaries() -> Path:
    """Return the folder with ``initdb`` and ``postgres``.

    Folders are searched in the order ``PATH``, ``pg_config --bindir``,
    Debian's ``/usr/lib/postgresql``; one with PostGIS beside it wins.

    Raises:
        TargetError: There is none.
    """
    folders = [
        folder
        for folder in dict.fromkeys(_candidates())
        if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]
    if not folders:
        raise TargetError(
            f"PostgreSQL is not installed; run: {PACKAGES} "
            f"(or set {VARIABLE} to a server's address)"
        )
    return next((f for f in folders if has_postgis(f)), folders[0])


def _candidates() -> Iterator[Path]:
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    if asked := shutil.which("pg_config"):
        answer = subprocess.run(  # noqa: S603 - found in PATH
            [asked, "--bindir"],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
        yield Path(answer.stdout.strip())
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(debian, key=lambda f: int(f.parent.name), reverse=True)


def has_postgis(binaries: Path) -> bool:
    """Whether the PostgreSQL in a folder has the extension installed."""
    shares = (
        Path("/usr/share/postgresql") / binaries.parent.name,
        binaries.parent / "share" / "postgresql",
        binaries.parent / "share",
    )
    return any((s / "extension/postgis.control").exists() for s in shares)


@contextlib.contextmanager
def own_server() -> Iterator[str]:
    """Start a server for us alone and yield its conninfo."""
    binaries = find_binaries()
    user = _unprivileged_user()
    with tempfile.TemporaryDirectory(
        prefix="ftc-pg-", ignore_cleanup_errors=True
    ) as made:
        folder = Path(made)
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        env = process.plain_environment(folder)
        _initdb(binaries, folder, env, user)
        settings = {**SETTINGS, "unix_socket_directories": made}
        argv = [str(binaries / "postgres"), "-D", str(folder / "data")]
        for key, value in settings.items():
            argv += ["-c", f"{key}={value}"]
        with process.running(
            argv,
            name="PostgreSQL",
            env=env,
            log=folder / "postgres.log",
            stop_signal=signal.SIGINT,  # "fast": waits for no client
            user=user,
        ) as service:
            # Every part is named, so that no PG* variable of the caller's
            # shell has a say.
            conninfo = make_conninfo(
                host=made,
                port=5432,
                user="postgres",
                dbname="postgres",
                options="",
            )
            _wait(conninfo, service)
            yield conninfo


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise TargetError(
        "PostgreSQL refuses to run as root, and there is neither a user "
        f"postgres nor nobody; run as another user or set {VARIABLE}"
    )


def _initdb(
    binaries: Path, folder: Path, env: Mapping[str, str], user: str | None
) -> None:
    made = process.run(
        [
            str(binaries / "initdb"),
            f"--pgdata={folder / 'data'}",
            "--username=postgres",
            "--auth=trust",  # the socket's folder is closed to others
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ],
        what="initdb",
        env=env,
        cwd=folder,
        seconds=START_SECONDS,
        user=user,
    )
    if made.status != 0:
        raise TargetError(
            f"PostgreSQL cannot make a database cluster in {folder.parent}; "
            f"set TMPDIR to a folder that {user or 'this user'} can use, or "
            f"set {VARIABLE}",
            detail=process.tail(made.output),
        )


def _wait(conninfo: str, service: process.Service) -> None:
    def connect() -> None:
        psycopg.connect(conninfo, connect_timeout=5).close()

    try:
        service.ready(
            connect,
            missing=psycopg.OperationalError,
            seconds=START_SECONDS,
            pause=0.1,
        )
    except psycopg.OperationalError:
        raise TargetError(
            f"PostgreSQL: no connection after {START_SECONDS} s",
            detail=service.tail(),
        ) from None

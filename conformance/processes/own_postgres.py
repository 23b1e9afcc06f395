"""Starts a temporary PostgreSQL server."""

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
    # A database for one run need not survive a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    # No TCP: only a Unix socket in a private folder.
    "listen_addresses": "",
}


def find_binaries() -> Path:
    """Return the folder with ``initdb`` and ``postgres``.

    Searched are ``PATH``, ``pg_config --bindir`` and Debian's
    ``/usr/lib/postgresql``, in this order; a server with PostGIS is
    preferred.

    Raises:
        TargetError: PostgreSQL is not installed.
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
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent
    if pg_config := shutil.which("pg_config"):
        done = subprocess.run(  # noqa: S603 - found in PATH
            [pg_config, "--bindir"],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
        yield Path(done.stdout.strip())
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(debian, key=lambda f: int(f.parent.name), reverse=True)


def has_postgis(binaries: Path) -> bool:
    """Return whether PostGIS is installed for the server in a folder."""
    shares = (
        Path("/usr/share/postgresql") / binaries.parent.name,
        binaries.parent / "share" / "postgresql",
        binaries.parent / "share",
    )
    return any((s / "extension/postgis.control").exists() for s in shares)


@contextlib.contextmanager
def own_server() -> Iterator[str]:
    """Run a temporary server; yield its libpq connection string."""
    binaries = find_binaries()
    user = _unprivileged_user()
    with tempfile.TemporaryDirectory(
        prefix="ftc-pg-", ignore_cleanup_errors=True
    ) as path:
        folder = Path(path)
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        env = process.plain_environment(folder)
        _initdb(binaries, folder, env, user)
        settings = {**SETTINGS, "unix_socket_directories": path}
        argv = [str(binaries / "postgres"), "-D", str(folder / "data")]
        for key, value in settings.items():
            argv += ["-c", f"{key}={value}"]
        with process.running(
            argv,
            name="PostgreSQL",
            env=env,
            log=folder / "postgres.log",
            stop_signal=signal.SIGINT,  # "fast": disconnects clients
            user=user,
        ) as service:
            # All parts are given, so that PG* variables of the caller's
            # shell have no effect.
            conninfo = make_conninfo(
                host=path,
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
    done = process.run(
        [
            str(binaries / "initdb"),
            f"--pgdata={folder / 'data'}",
            "--username=postgres",
            "--auth=trust",  # other users cannot enter the socket's folder
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
    if done.status != 0:
        raise TargetError(
            f"PostgreSQL cannot create a cluster in {folder.parent}; "
            f"set TMPDIR to a folder that {user or 'this user'} can use, or "
            f"set {VARIABLE}",
            detail=process.tail(done.output),
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

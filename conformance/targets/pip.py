"""The target ``pip:fittrackee==X``: installs and runs a release."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import secrets
import socket
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import TargetError
from conformance.instance import Instance, counted, ready
from conformance.processes import postgres, process, signals
from conformance.targets import users, venvs
from conformance.targets.behind import published

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.processes.postgres import OwnDatabase
    from conformance.targets.behind import Behind, Public
    from conformance.targets.releases import PublishedRelease

WORKERS, THREADS = 2, 4  # unless the user chooses
FTCLI_SECONDS = 180

# Runs ftcli's commands, read from standard input: every user of the machine
# can read an argv, which would contain passwords.
RUN_FTCLI = """\
import json, sys
from fittrackee.cli import cli
for arguments in json.load(sys.stdin):
    cli.main(arguments, prog_name="ftcli", standalone_mode=False)
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PipTarget:
    """``pip:fittrackee==X``.

    Attributes:
        name: The target as the user wrote it.
        release: The release to install and run.
        postgres_url: A PostgreSQL server to use; None starts one.
        cache: Folder of the virtual environments; None means the user's
            cache.
        behind: Runs a proxy in front of it.
        app_workers: Number of gunicorn workers, each with one request at a
            time, like FitTrackee's ``APP_WORKERS``. None starts workers
            with threads, for races.
    """

    name: str
    release: PublishedRelease
    postgres_url: str | None = field(default=None, repr=False)
    cache: Path | None = None
    behind: Behind | None = None
    app_workers: int | None = None
    kind: str = "pip"

    @contextlib.contextmanager
    def start(self) -> Iterator[Instance]:
        """Run the release; remove its data when the context ends.

        Raises:
            TargetError: A dependency is missing, or it does not start.
        """
        with signals.stopping_signals_interrupt(), signals.CleanUp() as stack:
            # PostgreSQL first: if it is missing, fail before the install.
            database = stack.enter_context(
                postgres.fresh_database(
                    self.postgres_url, postgis=self.release.needs_postgis
                )
            )
            python = venvs.provide(self.release, cache=self.cache)
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(
                    prefix="ftc-pip-", ignore_cleanup_errors=True
                )
            )
            listener = stack.enter_context(
                socket.create_server(("127.0.0.1", 0))
            )
            port = listener.getsockname()[1]
            upstream = f"http://{self.release.host}:{port}"
            site = _Site(
                release=self.release,
                python=python,
                folder=Path(folder),
                upstream=upstream,
                # Before the app, which needs its public URL to start.
                public=stack.enter_context(published(upstream, self.behind)),
                database=database,
                app_workers=self.app_workers,
            )
            yield site.start(self.name, listener, stack)


@dataclass(frozen=True)
class _Site:
    """One installation of a release with its database and address."""

    release: PublishedRelease
    python: Path
    folder: Path
    upstream: str
    public: Public
    database: OwnDatabase
    app_workers: int | None = None
    secret_key: str = field(
        default_factory=lambda: secrets.token_hex(32), repr=False
    )

    def start(
        self,
        name: str,
        listener: socket.socket,
        stack: contextlib.ExitStack,
    ) -> Instance:
        """Set the site up and serve it for as long as the stack lasts."""
        log.info("starting FitTrackee %s", self.release)
        self._check_libmagic()
        # Before the server: otherwise each of two workers would write the
        # first configuration to the empty database.
        self._ftcli([("db", "upgrade")])
        people = users.new_users()
        promote = users.promote_commands(people, self.release)
        if self.release.creates_users:
            self._ftcli([*users.create_commands(people), *promote])
        else:
            self._ftcli([("users", "update", "nobody", "--activate")])
        service = stack.enter_context(self._serving(listener))
        version = ready.wait(self.upstream, service)
        reach = self.public.reach
        ready.identify(self.public.url, reach=reach)
        if not self.release.creates_users:
            users.register(people, self.upstream)
            self._ftcli([*users.activate_commands(people), *promote])
        users.prepare(people, self.database)
        return Instance(
            kind="pip",
            name=name,
            url=self.public.url,
            version=version,
            owner=people.owner,
            stranger=people.stranger,
            admin=people.admin,
            disposable=True,
            log_path=str(service.log),
            reach=reach,
            upstream=self.upstream,
            app_workers=self._workers_in_words(),
        )

    def _workers_in_words(self) -> str:
        if self.app_workers:
            return counted(self.app_workers, "process", "processes")
        return f"{WORKERS} processes with {THREADS} threads each"

    def _environment(self) -> dict[str, str]:
        return process.plain_environment(
            self.folder,
            **self.database.environment,
            FLASK_APP="fittrackee",
            FLASK_SKIP_DOTENV="1",
            APP_SETTINGS="fittrackee.config.ProductionConfig",
            APP_SECRET_KEY=self.secret_key,
            UI_URL=self.public.url,
            UPLOAD_FOLDER=str(self.folder),
            STATICMAP_CACHE_DIR=str(self.folder / "staticmap"),
            # A closed port: a Redis that runs on this machine must not get
            # this instance's tasks and rate limits.
            REDIS_URL="redis://127.0.0.1:1",
        )

    def _python(
        self, argv: Sequence[str], what: str, stdin: str = ""
    ) -> process.Finished:
        return process.run(
            [str(self.python), "-I", *argv],
            what=what,
            env=self._environment(),
            cwd=self.folder,
            seconds=FTCLI_SECONDS,
            stdin=stdin,
        )

    def _check_libmagic(self) -> None:
        if not self.release.needs_libmagic:
            return
        done = self._python(["-c", "import magic"], "loading libmagic")
        if done.status != 0:
            raise TargetError(
                f"FitTrackee {self.release} needs libmagic; run: "
                f"apt-get install libmagic1",
                detail=process.tail(done.output),
            )

    def _ftcli(self, commands: Sequence[Sequence[str]]) -> None:
        what = f"ftcli {' '.join(commands[0][:2])}"
        done = self._python(["-c", RUN_FTCLI], what, json.dumps(commands))
        if done.status != 0:
            raise TargetError(
                f"FitTrackee {self.release}: {what} failed",
                detail=process.tail(_without_passwords(done.output, commands)),
            )

    def _serving(
        self, listener: socket.socket
    ) -> contextlib.AbstractContextManager[process.Service]:
        # gunicorn inherits a socket that already listens, so that no other
        # process can take the port. Threads by default: a browser opens
        # spare connections, each of which would block a worker without
        # threads.
        number = listener.fileno()
        threads = ("--worker-class", "gthread", "--threads", str(THREADS))
        return process.running(
            [
                *(str(self.python), "-I", "-m", "gunicorn"),
                *("--bind", f"fd://{number}"),
                *("--workers", str(self.app_workers or WORKERS)),
                *(() if self.app_workers else threads),
                *("--graceful-timeout", "3"),
                *("--worker-tmp-dir", str(self.folder)),
                "fittrackee:create_app()",
            ],
            name=f"FitTrackee {self.release}",
            env=self._environment(),
            log=self.folder / "server.log",
            pass_fds=[number],
        )


def _without_passwords(output: str, commands: Sequence[Sequence[str]]) -> str:
    """Return an output without the passwords of ftcli's command lines."""
    for command in commands:
        for option, value in itertools.pairwise(command):
            if option == "--password":
                output = output.replace(value, "[password]")
    return output

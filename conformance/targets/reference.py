"""The harness's own server, started on a free port."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.instance import Instance
from conformance.targets import signals, users

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWEST = "newest"


@dataclass(frozen=True)
class ReferenceTarget:
    """``reference``, or ``reference:CONTRACT``.

    Attributes:
        name: The target as the user wrote it.
        contract: Which release's contract it claims.
        fault: The named way it shall be wrong, if any.
    """

    name: str
    contract: str = NEWEST
    fault: str | None = None
    kind: str = "reference"

    @contextlib.contextmanager
    def start(self) -> Iterator[Instance]:
        """Serve the reference for as long as the context lasts.

        Raises:
            UsageError: It has no such contract or fault.
        """
        # Imported here: most commands need no server.
        from conformance.reference import ReferenceServer, User, serve

        self._check()
        people = users.made_up()
        control_key = secrets.token_urlsafe(32)
        with signals.stopping_signals_interrupt(), signals.CleanUp() as stack:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(
                    prefix="ftc-reference-", ignore_cleanup_errors=True
                )
            )
            server = ReferenceServer(
                database_url=f"sqlite:///{Path(folder) / 'data.sqlite'}",
                users=[
                    User(
                        name=user.name,
                        email=user.email,
                        password=user.password,
                        admin=user is people.admin,
                    )
                    for user in people
                ],
                contract=self.contract,
                fault=self.fault,
                control_key=control_key,
            )
            stack.callback(server.close)
            yield Instance(
                kind="reference",
                name=self.name,
                url=stack.enter_context(serve(server)),
                version=server.contract.release,
                owner=people.owner,
                stranger=people.stranger,
                admin=people.admin,
                disposable=True,
                control_key=control_key,
            )

    def _check(self) -> None:
        """Let the reference say what it lacks, before anything starts."""
        from conformance.reference import contracts, faults

        try:
            contracts.contract(self.contract)
            if self.fault is not None:
                faults.get(self.fault)
        except KeyError as error:
            raise UsageError(f"{self.name}: {error.args[0]}") from None

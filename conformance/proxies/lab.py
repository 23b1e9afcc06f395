"""The instance behind one more proxy: the actors meet it there."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.actors.owner import Owner
from conformance.errors import HarnessError, Unsupported
from conformance.instance.connection import connect
from conformance.proxies import DOCUMENTED, get, put_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.actors.app import App
    from conformance.instance import Instance
    from conformance.instance.connection import Connection
    from conformance.instance.session import Session
    from conformance.proxies.authority import Authority
    from conformance.proxies.row import MatrixRow
    from conformance.proxies.set_up import SetUp

IN_CI = {"nginx", "caddy", "apache", "haproxy"}  # there none may be absent


@dataclass(frozen=True)
class Deployed:
    """The run's instance, as it is met behind a proxy.

    Attributes:
        wire: How it is reached there.
        owner: The run's owner, with the same session.
        row: The set-up, None for the documented one.
    """

    wire: Connection
    owner: Owner
    row: MatrixRow | None = None

    @property
    def instance(self) -> Instance:
        """The instance, by its address behind the proxy."""
        return self.wire.instance

    def app(self, app: App) -> App:
        """Return the same app, which speaks through the proxy."""
        return app.over(self.wire.client("app"))


@dataclass(frozen=True)
class Lab:
    """Puts proxies in front of the run's instance.

    Attributes:
        instance: What runs, with its address behind no proxy.
        session: The owner's session.
        authority: Signs the certificate that all the proxies show.
        prefix: What the names of all registered apps begin with.
        read_only: Whether nothing may be registered.
    """

    instance: Instance
    session: Session
    authority: Authority
    prefix: str
    read_only: bool = False

    @contextlib.contextmanager
    def documented(self, proxy: str) -> Iterator[Deployed]:
        """Set a proxy up as FitTrackee documents it.

        Raises:
            Unsupported: There is no such proxy here, or the instance is
                not ours to put one in front of.
        """
        with self._fronts(proxy, DOCUMENTED, None) as instance:
            yield self._met(instance, None)

    @contextlib.contextmanager
    def set_up(self, proxy: str, row: MatrixRow) -> Iterator[Deployed]:
        """Set a proxy up, or two, as a row says.

        Raises:
            Unsupported: As above, or the proxy cannot be set up so.
        """
        with self._fronts(
            proxy, row.set_up, row.inner, plain=row.plain
        ) as instance:
            yield self._met(instance, row)

    @contextlib.contextmanager
    def _fronts(
        self,
        name: str,
        set_up: SetUp,
        inner: SetUp | None,
        *,
        plain: bool = False,
    ) -> Iterator[Instance]:
        proxy = get(name)
        instance = self.instance
        if not instance.upstream:
            raise Unsupported(
                "a proxy can only be put in front of an instance that the "
                "harness starts: reference or pip:fittrackee==X"
            )
        if not proxy.find():
            absent = f"{proxy.title} is not installed; run: {proxy.install}"
            if os.environ.get("CI") and name in IN_CI:
                raise HarnessError(absent)
            raise Unsupported(absent)
        with contextlib.ExitStack() as stack:
            upstream = instance.upstream
            if inner:
                behind = stack.enter_context(put_up(proxy, upstream, inner))
                upstream = behind.address
            front = stack.enter_context(
                put_up(proxy, upstream, set_up, authority=self.authority)
            )
            yield replace(
                instance,
                url=front.http_url if plain else front.url,
                reach=front.reach,
            )

    def _met(self, instance: Instance, row: MatrixRow | None) -> Deployed:
        wire = connect(
            instance,
            read_only=self.read_only,
            http2=bool(row and row.http2),
            headers=dict(row.claims) if row else {},
        )
        session = self.session.over(wire.client("owner"))
        owner = Owner(wire, session, self.prefix)
        return Deployed(wire, owner, row)

"""Starts proxies in front of the run's instance, for scenarios."""

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

IN_CI = {"nginx", "caddy", "apache", "haproxy"}  # CI has to have these


@dataclass(frozen=True)
class Deployed:
    """The run's instance behind a proxy.

    Attributes:
        wire: Connection through the proxy.
        owner: The run's owner, with the same session, through the proxy.
        row: The set-up, None for the documented one.
    """

    wire: Connection
    owner: Owner
    row: MatrixRow | None = None

    @property
    def instance(self) -> Instance:
        """The instance, with the proxy's address."""
        return self.wire.instance

    def app(self, app: App) -> App:
        """Return the same app, with a client that uses the proxy."""
        return app.over(self.wire.client("app"))


@dataclass(frozen=True)
class Lab:
    """Puts proxies in front of the run's instance.

    Attributes:
        instance: The run's instance, with its address without a proxy.
        session: The owner's session.
        authority: Issuer of the proxies' certificate.
        prefix: Prefix of the names of all registered apps.
        read_only: Whether requests that could change something are refused.
    """

    instance: Instance
    session: Session
    authority: Authority
    prefix: str
    read_only: bool = False

    @contextlib.contextmanager
    def documented(self, proxy: str) -> Iterator[Deployed]:
        """Run a proxy that is configured as FitTrackee documents it.

        Raises:
            Unsupported: The proxy is not installed, or the harness did not
                start the instance.
        """
        with self._fronts(proxy, DOCUMENTED, None) as instance:
            yield self._deployed(instance, None)

    @contextlib.contextmanager
    def set_up(self, proxy: str, row: MatrixRow) -> Iterator[Deployed]:
        """Run one proxy, or two, with the set-up of a row.

        Raises:
            Unsupported: As above, or the proxy does not support the set-up.
        """
        with self._fronts(
            proxy, row.set_up, row.inner, plain=row.plain
        ) as instance:
            yield self._deployed(instance, row)

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

    def _deployed(self, instance: Instance, row: MatrixRow | None) -> Deployed:
        wire = connect(
            instance,
            read_only=self.read_only,
            http2=bool(row and row.http2),
            headers=dict(row.claims) if row else {},
        )
        session = self.session.over(wire.client("owner"))
        owner = Owner(wire, session, self.prefix)
        return Deployed(wire, owner, row)

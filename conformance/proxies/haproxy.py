"""HAProxy, from the distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path

if TYPE_CHECKING:
    from conformance.proxies.base import Place


class HAProxy(Proxy):
    """Passes what clients send through, unless told otherwise."""

    name = "haproxy"
    title = "HAProxy"
    install = "apt-get install haproxy"
    template = "haproxy.cfg.jinja"

    def find(self) -> str:
        """Return what runs it, ``""`` where it is not installed."""
        return on_path("haproxy")

    def command(self, found: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""
        return [found, "-db", "-f", str(self.configuration(place))]

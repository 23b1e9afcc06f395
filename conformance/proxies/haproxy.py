"""HAProxy, from the distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path

if TYPE_CHECKING:
    from conformance.proxies.base import Place


class HAProxy(Proxy):
    """HAProxy: by default forwards the headers that clients send."""

    name = "haproxy"
    title = "HAProxy"
    install = "apt-get install haproxy"
    template = "haproxy.cfg.jinja"

    def find(self) -> str:
        """Return the path of its program, ``""`` if it is not installed."""
        return on_path("haproxy")

    def command(self, program: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""
        return [program, "-db", "-f", str(self.configuration(place))]

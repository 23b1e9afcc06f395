"""nginx, from the distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path

if TYPE_CHECKING:
    from conformance.proxies.base import Place


class Nginx(Proxy):
    """Passes what clients send through, unless told otherwise."""

    name = "nginx"
    title = "nginx"
    install = "apt-get install nginx-light"
    template = "nginx.conf.jinja"

    def find(self) -> str:
        """Return what runs it, ``""`` where it is not installed."""
        return on_path("nginx")

    def command(self, found: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""
        folder = f"{place.folder}/"
        return [
            *(found, "-p", folder, "-e", "stderr"),
            *("-c", str(self.configuration(place))),
        ]

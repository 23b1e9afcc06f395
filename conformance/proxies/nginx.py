"""nginx, from the distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path

if TYPE_CHECKING:
    from conformance.proxies.base import Place


class Nginx(Proxy):
    """nginx: by default forwards the headers that clients send."""

    name = "nginx"
    title = "nginx"
    install = "apt-get install nginx-light"
    template = "nginx.conf.jinja"

    def find(self) -> str:
        """Return the path of its program, ``""`` if it is not installed."""
        return on_path("nginx")

    def command(self, program: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""
        folder = f"{place.folder}/"
        return [
            *(program, "-p", folder, "-e", "stderr"),
            *("-c", str(self.configuration(place))),
        ]

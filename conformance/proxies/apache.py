"""The Apache HTTP server, from the distribution."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path

if TYPE_CHECKING:
    from conformance.proxies.base import Place

# Debian's, Fedora's and Arch's; Apache itself does not tell.
MODULES = (
    "/usr/lib/apache2/modules",
    "/usr/lib64/httpd/modules",
    "/usr/lib/httpd/modules",
)


class Apache(Proxy):
    """Adds forwarded headers of its own, but none about the scheme."""

    name = "apache"
    title = "Apache"
    install = "apt-get install apache2-bin"
    template = "apache.conf.jinja"

    def find(self) -> str:
        """Return what runs it, ``""`` where it is not installed."""
        return on_path("apache2", "httpd") if _modules() else ""

    def command(self, found: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""
        return [
            *(found, "-D", "FOREGROUND", "-d", str(place.folder)),
            *("-f", str(self.configuration(place))),
        ]

    def settings(self) -> dict[str, object]:
        """Return what its template needs to know of this machine."""
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return {"modules": _modules(), "as_root": root}


def _modules() -> str:
    return next((folder for folder in MODULES if Path(folder).is_dir()), "")

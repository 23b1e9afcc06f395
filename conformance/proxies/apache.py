"""The Apache HTTP server, from the distribution."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path

if TYPE_CHECKING:
    from conformance.proxies.base import Place

# Debian's, Fedora's and Arch's; Apache has no option that prints it.
MODULES = (
    "/usr/lib/apache2/modules",
    "/usr/lib64/httpd/modules",
    "/usr/lib/httpd/modules",
)


class Apache(Proxy):
    """Apache: adds forwarded headers of its own, but not the scheme."""

    name = "apache"
    title = "Apache"
    install = "apt-get install apache2-bin"
    template = "apache.conf.jinja"

    def find(self) -> str:
        """Return the path of its program, ``""`` if it is not installed."""
        return on_path("apache2", "httpd") if _modules() else ""

    def command(self, program: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""
        return [
            *(program, "-D", "FOREGROUND", "-d", str(place.folder)),
            *("-f", str(self.configuration(place))),
        ]

    def settings(self) -> dict[str, object]:
        """Return the template's variables that depend on this machine."""
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return {"modules": _modules(), "as_root": root}


def _modules() -> str:
    return next((folder for folder in MODULES if Path(folder).is_dir()), "")

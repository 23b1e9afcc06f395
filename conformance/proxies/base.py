"""What is alike about all proxies."""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from conformance.errors import UsageError

if TYPE_CHECKING:
    from conformance.proxies.set_up import SetUp


@dataclass(frozen=True)
class Place:
    """Where one proxy listens, and what it stands in front of.

    Attributes:
        name: Host name that it answers to.
        port: Port of HTTPS on 127.0.0.1.
        plain_port: Port of plain HTTP on 127.0.0.1.
        upstream: Address and port of the app, or of another proxy.
        folder: Where its files are.
        certificate: PEM file with the certificate.
        key: PEM file with its private key.
        both: PEM file with key and certificate, for HAProxy.
    """

    name: str
    port: int
    plain_port: int
    upstream: str
    folder: Path
    certificate: Path
    key: Path
    both: Path

    @property
    def url(self) -> str:
        """Where it is reached over TLS."""
        return f"https://{self.name}:{self.port}"

    @property
    def plain_url(self) -> str:
        """Where it is reached without."""
        return f"http://{self.name}:{self.plain_port}"


class Proxy(ABC):
    """A reverse proxy that may be on this machine.

    Attributes:
        name: What ``--proxy`` calls it.
        title: What it calls itself.
        install: A command that installs it.
        template: Its configuration, below ``templates/``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    install: ClassVar[str]
    template: ClassVar[str]

    @abstractmethod
    def find(self) -> str:
        """Return what runs it, ``""`` where it is not installed."""

    @abstractmethod
    def command(self, found: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground."""

    def lacks(self, set_up: SetUp) -> str:
        """Say what of a set-up it cannot do, ``""`` for nothing."""
        del set_up
        return ""

    def require(self) -> str:
        """Return what runs it; UsageError says how to install it."""
        found = self.find()
        if not found:
            raise UsageError(
                f"{self.title} is not installed; run: {self.install}"
            )
        return found

    def configuration(self, place: Place) -> Path:
        """Return the file that its configuration is written to."""
        return place.folder / self.template.removesuffix(".jinja")

    def settings(self) -> dict[str, object]:
        """Return what its template needs to know of this machine."""
        return {}

    def render(self, set_up: SetUp, place: Place) -> str:
        """Return its configuration for a set-up."""
        environment = Environment(  # noqa: S701 - not HTML
            loader=PackageLoader("conformance.proxies"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        return environment.get_template(self.template).render(
            set_up=set_up, place=place, **self.settings()
        )


def on_path(*names: str) -> str:
    """Find a program where an administrator's shell would.

    Distributions put servers into the ``sbin`` beside a ``bin``, which the
    search path of other users leaves out.
    """
    folders = [Path(f) for f in os.environ.get("PATH", "").split(os.pathsep)]
    beside = [f.with_name("sbin") for f in folders if f.name == "bin"]
    path = os.pathsep.join(map(str, [*folders, *beside]))
    found = (shutil.which(name, path=path) for name in names)
    return next(filter(None, found), "")

"""Base class of the proxies, and where one of them listens."""

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
    """Addresses and files of one running proxy: the template's ``place``.

    Attributes:
        name: Host name that it serves.
        port: Port of HTTPS on 127.0.0.1.
        plain_port: Port of plain HTTP on 127.0.0.1.
        upstream: Address and port of the app, or of another proxy.
        folder: Folder of its files.
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
        """Base URL over TLS."""
        return f"https://{self.name}:{self.port}"

    @property
    def plain_url(self) -> str:
        """Base URL over plain HTTP."""
        return f"http://{self.name}:{self.plain_port}"


class Proxy(ABC):
    """A reverse proxy that may be installed on this machine.

    Attributes:
        name: Its name for ``--proxy``.
        title: Its name in messages.
        install: A command that installs it.
        template: File name of its configuration in ``templates/``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    install: ClassVar[str]
    template: ClassVar[str]

    @abstractmethod
    def find(self) -> str:
        """Return the path of its program, ``""`` if it is not installed."""

    @abstractmethod
    def command(self, program: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground.

        Args:
            program: What :meth:`find` returned.
            place: Its addresses and files.
        """

    def unsupported(self, set_up: SetUp) -> str:
        """Return why it does not support a set-up, ``""`` if it does."""
        del set_up
        return ""

    def require(self) -> str:
        """Return the path of its program.

        Raises:
            UsageError: It is not installed; the message says how to.
        """
        program = self.find()
        if not program:
            raise UsageError(
                f"{self.title} is not installed; run: {self.install}"
            )
        return program

    def configuration(self, place: Place) -> Path:
        """Return the path of its configuration file."""
        return place.folder / self.template.removesuffix(".jinja")

    def settings(self) -> dict[str, object]:
        """Return the template's variables that depend on this machine."""
        return {}

    def render(self, set_up: SetUp, place: Place) -> str:
        """Return the text of its configuration for a set-up."""
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
    """Return the path of the first program that is found, ``""`` if none.

    Distributions put servers into ``sbin`` folders, which are missing from
    the PATH of ordinary users: those beside each ``bin`` are searched too.
    """
    folders = [Path(f) for f in os.environ.get("PATH", "").split(os.pathsep)]
    beside = [f.with_name("sbin") for f in folders if f.name == "bin"]
    path = os.pathsep.join(map(str, [*folders, *beside]))
    programs = (shutil.which(name, path=path) for name in names)
    return next(filter(None, programs), "")

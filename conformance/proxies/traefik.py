"""Traefik, from the PATH or from a local Docker image."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from conformance.proxies.base import Proxy, on_path
from conformance.proxies.set_up import Plain, Sent

if TYPE_CHECKING:
    from conformance.proxies.base import Place
    from conformance.proxies.set_up import SetUp

IMAGE = "traefik:v3"
DOCKER_SECONDS = 10


class Traefik(Proxy):
    """Traefik: sets the forwarded headers itself, and ignores a client's."""

    name = "traefik"
    title = "Traefik"
    install = f"docker pull {IMAGE} (or put traefik on the PATH)"
    template = "traefik.yml.jinja"

    def find(self) -> str:
        """Return the path of its program or of Docker, ``""`` without both.

        An image is not downloaded: Docker counts only if it has the image.
        """
        if program := on_path("traefik"):
            return program
        docker = on_path("docker")
        return docker if docker and _has_image(docker) else ""

    def unsupported(self, set_up: SetUp) -> str:
        """Return why it does not support a set-up, ``""`` if it does."""
        forwarded = {Sent.PASSED, Sent.APPENDED}
        if set_up.proto.sent in forwarded:
            return "Traefik always writes X-Forwarded-Proto itself"
        redirected = set_up.plain is Plain.REDIRECTED
        if redirected and set_up.redirect_status in {307, 308}:
            return "Traefik chooses the redirection's status itself"
        return ""

    def command(self, program: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground.

        It holds Traefik's static configuration, which cannot be in the same
        file as the dynamic one.
        """
        options = [
            f"--entrypoints.https.address=127.0.0.1:{place.port}",
            f"--entrypoints.http.address=127.0.0.1:{place.plain_port}",
            f"--providers.file.filename={self.configuration(place)}",
            "--providers.file.watch=false",
            "--global.checknewversion=false",
            "--global.sendanonymoususage=false",
            "--log.level=INFO",
            # Forwarded headers of clients are let in; the dynamic
            # configuration then sets or removes them.
            "--entrypoints.https.forwardedheaders.insecure=true",
            "--entrypoints.http.forwardedheaders.insecure=true",
        ]
        if not program.endswith("docker"):
            return [program, *options]
        folder = str(place.folder)
        return [
            *(program, "run", "--rm", "--network", "host"),
            *("--volume", f"{folder}:{folder}:ro"),
            *(IMAGE, *options),
        ]


def _has_image(docker: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - our own fixed words
            [docker, "image", "inspect", IMAGE],
            capture_output=True,
            check=False,
            timeout=DOCKER_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0

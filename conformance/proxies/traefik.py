"""Traefik, from the search path or from an image that Docker has."""

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
    """Writes the forwarded headers of itself, and ignores a client's."""

    name = "traefik"
    title = "Traefik"
    install = f"docker pull {IMAGE} (or put traefik on the PATH)"
    template = "traefik.yml.jinja"

    def find(self) -> str:
        """Return what runs it, ``""`` where it is not installed.

        Nothing is downloaded: an image counts once it is there.
        """
        if program := on_path("traefik"):
            return program
        docker = on_path("docker")
        return docker if docker and _has_image(docker) else ""

    def lacks(self, set_up: SetUp) -> str:
        """Say what of a set-up it cannot do, ``""`` for nothing."""
        kept = {Sent.PASSED, Sent.APPENDED}
        if set_up.proto.sent in kept:
            return "Traefik always writes X-Forwarded-Proto itself"
        redirected = set_up.plain is Plain.REDIRECTED
        if redirected and set_up.redirect_status in {307, 308}:
            return "Traefik chooses the redirection's status itself"
        return ""

    def command(self, found: str, place: Place) -> list[str]:
        """Return the command that runs it in the foreground.

        What does not depend on the set-up stands here; Traefik does not
        read it from the same file.
        """
        options = [
            f"--entrypoints.https.address=127.0.0.1:{place.port}",
            f"--entrypoints.http.address=127.0.0.1:{place.plain_port}",
            f"--providers.file.filename={self.configuration(place)}",
            "--providers.file.watch=false",
            "--global.checknewversion=false",
            "--global.sendanonymoususage=false",
            "--log.level=INFO",
            # A client's own forwarded headers are let in only where the
            # file below says what becomes of them.
            "--entrypoints.https.forwardedheaders.insecure=true",
            "--entrypoints.http.forwardedheaders.insecure=true",
        ]
        if not found.endswith("docker"):
            return [found, *options]
        folder = str(place.folder)
        return [
            *(found, "run", "--rm", "--network", "host"),
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

"""A FitTrackee that is already running, given by its address."""

from __future__ import annotations

import contextlib
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from conformance.errors import UsageError
from conformance.instance import Credentials, Instance
from conformance.reach import Reach
from conformance.targets import ready

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ADDRESS = "FITTRACKEE_ADDRESS"
AUTHORITY = "SSL_CERT_FILE"


@dataclass(frozen=True)
class UrlTarget:
    """An ``http(s)://`` address.

    Attributes:
        name: The target as the user wrote it.
        url: Base URL without a trailing slash.
        owner: Registers the apps.
        stranger: None when no second user is given.
        admin: None when no admin is given.
        reach: How connections to it are opened.
    """

    name: str
    url: str
    owner: Credentials
    stranger: Credentials | None = None
    admin: Credentials | None = None
    reach: Reach = field(default_factory=Reach)
    kind: str = field(default="url")

    @contextlib.contextmanager
    def start(self) -> Iterator[Instance]:
        """Check that a FitTrackee answers; nothing is started or stopped.

        Raises:
            TargetError: Nothing answers, or it is no FitTrackee.
        """
        yield Instance(
            kind="url",
            name=self.name,
            url=self.url,
            version=ready.identify(self.url, reach=self.reach),
            owner=self.owner,
            stranger=self.stranger,
            admin=self.admin,
            reach=self.reach,
        )


def from_url(text: str, environ: Mapping[str, str]) -> UrlTarget:
    """Read an address, and the users from the environment.

    Raises:
        UsageError: The address cannot be used, or credentials are missing.
    """
    url = base_url(text)
    owner = credentials("FITTRACKEE", environ)
    if owner is None:
        raise UsageError(
            f"{text}: set FITTRACKEE_EMAIL and FITTRACKEE_PASSWORD to the "
            f"credentials of a user there"
        )
    return UrlTarget(
        name=text,
        url=url,
        owner=owner,
        stranger=credentials("FITTRACKEE_OTHER", environ),
        admin=credentials("FITTRACKEE_ADMIN", environ),
        reach=reach_of(environ),
    )


def base_url(text: str) -> str:
    """Return a target's base URL without a trailing slash.

    Raises:
        UsageError: It cannot be used; the message says what to give.
    """
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError as error:
        raise UsageError(
            f"{text}: not a URL ({error}); give one such as "
            f"https://fittrackee.example.org"
        ) from None
    if parts.username or parts.password:
        raise UsageError(
            "the target's URL holds credentials; take them out and set "
            "FITTRACKEE_EMAIL and FITTRACKEE_PASSWORD"
        )
    if not parts.hostname or parts.query or parts.fragment:
        raise UsageError(
            f"{text}: not a base URL; give one such as "
            f"https://fittrackee.example.org"
        )
    if parts.scheme == "http" and not _is_loopback(parts):
        raise UsageError(
            f"{text}: FitTrackee refuses OAuth over plain HTTP save on "
            f"loopback hosts, and passwords would cross the network in "
            f"clear; give its https:// address"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def reach_of(environ: Mapping[str, str]) -> Reach:
    """Return how connections are opened, from the environment.

    ``FITTRACKEE_ADDRESS`` is where the target's name is, for a name that
    no resolver knows yet; ``SSL_CERT_FILE`` is whom to trust.

    Raises:
        UsageError: One of them cannot be used.
    """
    address = environ.get(ADDRESS, "")
    try:
        address = str(ipaddress.ip_address(address)) if address else ""
    except ValueError:
        raise UsageError(
            f"{ADDRESS}={address}: give the IP address that the target's "
            f"name shall stand for"
        ) from None
    reach = Reach(address, environ.get(AUTHORITY, ""))
    try:
        reach.tls()
    except OSError as error:
        raise UsageError(
            f"{AUTHORITY}={reach.authority}: no certificates can be read "
            f"from it ({error.strerror})"
        ) from None
    return reach


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def credentials(prefix: str, environ: Mapping[str, str]) -> Credentials | None:
    """Return a user from the environment, None when there is none.

    Raises:
        UsageError: Only one of the two variables is set.
    """
    email = environ.get(f"{prefix}_EMAIL", "")
    password = environ.get(f"{prefix}_PASSWORD", "")
    if email and password:
        return Credentials(email=email, password=password)
    if email or password:
        given, missing = (
            ("EMAIL", "PASSWORD") if email else ("PASSWORD", "EMAIL")
        )
        raise UsageError(
            f"{prefix}_{given} is set without {prefix}_{missing}; "
            f"set both or none"
        )
    return None

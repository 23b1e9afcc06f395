"""The target that is a URL: a FitTrackee that is already running."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit
from urllib.request import (  # type: ignore[attr-defined]
    proxy_bypass_environment,
)

import httpx

from conformance.errors import TargetError, UsageError
from conformance.instance import Credentials, Instance, ready
from conformance.instance.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ADDRESS = "FITTRACKEE_ADDRESS"
AUTHORITY = "SSL_CERT_FILE"
SUCH_AS = "give one such as https://fittrackee.example.org"
# FitTrackee's own paths, as users copy them from a browser or from its
# documentation: the base URL precedes them.
OWN_PATHS = re.compile(r"/(api|login|register|profile)(/.*)?$")
BARE_HOST = re.compile(
    r"(?P<name>localhost|[\w-]+(\.[\w-]+)+|\[[\da-fA-F:]+\])(:\d+)?(/.*)?"
)


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
        """Check that FitTrackee responds; nothing is started or stopped.

        Raises:
            TargetError: There is no response, or it is not FitTrackee's.
        """
        yield Instance(
            kind="url",
            name=self.name,
            url=self.url,
            version=identify(self.url, self.reach),
            owner=self.owner,
            stranger=self.stranger,
            admin=self.admin,
            reach=self.reach,
        )


def from_url(text: str, environ: Mapping[str, str]) -> UrlTarget:
    """Return the target at an address, with users from the environment.

    Raises:
        UsageError: The address is invalid, or credentials are missing.
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
    """Return a target's base URL, in ASCII and without a trailing slash.

    Scheme and host are in lower case; the scheme's default port and the
    path of a page or of the API are removed.

    Raises:
        UsageError: The address is invalid; the message says what to give.
    """
    text = text.strip()
    parts, host, path = _read(text)
    if not parts.hostname:
        raise UsageError(f"{text}: not a base URL; {SUCH_AS}")
    name = f"[{host}]" if ":" in host else host
    own = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in {None, own} else f":{parts.port}"
    base = f"{parts.scheme}://{name}{port}"
    base += OWN_PATHS.sub("", path.rstrip("/"))
    if parts.query or parts.fragment:
        end = "?" if parts.query else "#"  # what follows may be a secret
        raise UsageError(
            f"{text.partition(end)[0]}: not a base URL, it continues with "
            f"{end}; drop that and give {base}"
        )
    if parts.scheme == "http" and not _is_loopback(host):
        raise UsageError(
            f"{text}: FitTrackee refuses OAuth over plain HTTP except on "
            f"loopback hosts, and passwords would cross the network in "
            f"clear text; give its https:// address"
        )
    return base


def _read(text: str) -> tuple[SplitResult, str, str]:
    """Return a URL's parts, and its host and path in ASCII.

    Raises:
        UsageError: It is invalid, or contains credentials, which the
            message does not repeat.
    """
    if "@" in text.partition("//")[2].partition("?")[0].partition("#")[0]:
        raise UsageError(
            "the target's URL holds credentials; take them out and set "
            "FITTRACKEE_EMAIL and FITTRACKEE_PASSWORD"
        )
    try:
        parts = urlsplit(text)
        url = httpx.URL(text)
        if parts.port == 0:
            raise ValueError("port 0")  # noqa: TRY301 - handled below
        if wrong := re.search(r"[\s\\%]", parts.netloc):
            raise ValueError(f"{wrong[0]!r} in the host")  # noqa: TRY301
    except (ValueError, httpx.InvalidURL) as error:
        raise UsageError(f"{text}: not a URL ({error}); {SUCH_AS}") from None
    path = url.raw_path.decode("ascii").partition("?")[0]
    return parts, url.raw_host.decode("ascii"), path


def with_scheme(text: str) -> str:
    """Return a bare host as a URL, ``""`` for any other text."""
    match = BARE_HOST.fullmatch(text)
    if not match:
        return ""
    loopback = _is_loopback(match["name"].strip("[]"))
    return f"{'http' if loopback else 'https'}://{text}"


def identify(url: str, reach: Reach) -> str:
    """Return the version of the FitTrackee at an address.

    Raises:
        TargetError: There is no response, or it is not FitTrackee's; the
            message includes a likely reason.
    """
    try:
        return ready.identify(url, reach=reach)
    except TargetError as error:
        note = unused_proxy(url)
        if parent := ready.nearest_parent(url, reach=reach):
            note = f"a FitTrackee answers at {parent}: give that"
        message = f"{error.message}; {note}" if note else error.message
        raise TargetError(message, detail=error.detail) from None


def unused_proxy(url: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return a note that a proxy variable has no effect, ``""`` if none is.

    The note does not contain the value, which may contain a password.

    Args:
        url: The target's URL.
        environ: Environment variables, such as ``HTTPS_PROXY``.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    given = {name.lower(): name for name in environ if environ[name]}
    names = (f"{parts.scheme}_proxy", "all_proxy")
    name = next((given[n] for n in names if n in given), "")
    if not name or _is_loopback(host):
        return ""
    bypassed = {"no": environ.get(given.get("no_proxy", ""), "")}
    if proxy_bypass_environment(host, bypassed):
        return ""
    return f"{name} is set and not used: the target is reached directly"


def reach_of(environ: Mapping[str, str]) -> Reach:
    """Return how connections are opened, from the environment.

    ``FITTRACKEE_ADDRESS`` is the IP address of a host name that does not
    resolve yet; ``SSL_CERT_FILE`` has the certificate authorities to trust.

    Raises:
        UsageError: One of them is invalid.
    """
    address = environ.get(ADDRESS, "")
    try:
        address = str(ipaddress.ip_address(address)) if address else ""
    except ValueError:
        raise UsageError(
            f"{ADDRESS}={address}: give the IP address of the target's host "
            f"name"
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


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def credentials(prefix: str, environ: Mapping[str, str]) -> Credentials | None:
    """Return a user from the environment, None if no variable is set.

    Args:
        prefix: ``FITTRACKEE``, or the same for another user.
        environ: Environment variables.

    Raises:
        UsageError: Only one of the two variables is set.
    """
    email = environ.get(f"{prefix}_EMAIL", "")
    password = environ.get(f"{prefix}_PASSWORD", "")
    if email and password:
        return Credentials(email, password, variables=prefix)
    if email or password:
        given, missing = (
            ("EMAIL", "PASSWORD") if email else ("PASSWORD", "EMAIL")
        )
        raise UsageError(
            f"{prefix}_{given} is set without {prefix}_{missing}; "
            f"set both or none"
        )
    return None

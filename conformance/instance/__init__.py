"""A running server and its users, as data that can be passed to processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from conformance.instance.reach import Reach

#: Header with the key of the reference's control channel.
CONTROL_HEADER = "X-Conformance-Control"


@dataclass(frozen=True)
class Credentials:
    """Login credentials of a user.

    Attributes:
        email: The email address.
        password: The password; ``repr`` does not show it.
        name: The user name, ``""`` while it is unknown.
        variables: What the environment variables that hold them begin with,
            such as ``FITTRACKEE_OTHER``, ``""`` for users made here.
    """

    email: str
    password: str = field(repr=False)
    name: str = ""
    variables: str = ""

    @property
    def called(self) -> str:
        """Who the user is, without an address that may be a person's."""
        if self.variables:
            return f"with {self.variables}_EMAIL"
        return f"as {self.name}" if self.name else "by a user"


@dataclass(frozen=True)
class Instance:
    """A running server and the users that a run acts as.

    Attributes:
        kind: ``reference``, ``url``, ``pip`` or ``docker``.
        name: The target as the user wrote it.
        url: Base URL without a trailing slash.
        version: FitTrackee's version by ``GET /api/config``, ``""`` if
            unknown.
        owner: The user who registers the apps (resource owner).
        stranger: A second user; without one, scenarios about other users
            are ``unsupported``.
        admin: A user with administration rights, or None.
        disposable: Whether the harness started the instance, so that a
            scenario may change more than its own apps.
        control_key: Key of the reference's control channel, which makes
            codes and tokens older or holds a request; ``""`` for other
            servers.
        log_path: File with the server's output, ``""`` if unavailable.
        reach: How connections to it are opened.
        upstream: URL at which the app listens on this machine, without the
            proxy; ``""`` if the harness did not start it.
        app_workers: Its workers in words, such as ``1 process``; ``""`` if
            the harness did not start it.
    """

    kind: str
    name: str
    url: str
    version: str
    owner: Credentials
    stranger: Credentials | None = None
    admin: Credentials | None = None
    disposable: bool = False
    control_key: str = field(default="", repr=False)
    log_path: str = field(default="", repr=False)
    reach: Reach = field(default_factory=Reach)
    upstream: str = ""
    app_workers: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return the instance as plain data, for another process."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Instance:
        """Return the instance that :meth:`to_plain`'s data describe."""
        users = {
            role: Credentials(**plain[role]) if plain[role] else None
            for role in ("owner", "stranger", "admin")
        }
        reach = Reach(**plain["reach"])
        return cls(**{**plain, **users, "reach": reach})


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun in the singular or plural."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"

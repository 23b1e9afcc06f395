"""What is known of a running server, in a form that crosses processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from conformance.instance.reach import Reach

#: Bears the key of the channel by which the reference is told things.
CONTROL_HEADER = "X-Conformance-Control"


@dataclass(frozen=True)
class Credentials:
    """A user of the instance: what the login form asks for.

    Attributes:
        email: The address that logs in.
        password: Never shown by ``repr``.
        name: The user name, ``""`` where it is not known yet.
    """

    email: str
    password: str = field(repr=False)
    name: str = ""


@dataclass(frozen=True)
class Instance:
    """A running server and the users a run may act as.

    Attributes:
        kind: ``reference``, ``url``, ``pip`` or ``docker``.
        name: The target as the user wrote it.
        url: Base URL without a trailing slash.
        version: What ``GET /api/config`` says, ``""`` when unknown.
        owner: The user who registers the apps.
        stranger: A second, unrelated user; None makes isolation
            ``unsupported``.
        admin: A user with administration rights, or None.
        disposable: True when the harness started the instance, so that a
            scenario may change more than its own apps.
        control_key: Opens the channel by which the harness makes its own
            reference's secrets older, or has it hold a request; ``""``
            where there is none.
        log_path: File with the server's own output, ``""`` when unseen.
        reach: How connections to it are opened.
        upstream: Where the app itself listens on this machine, past the
            proxy if there is one; ``""`` when it is not ours.
        app_workers: What serves the app, such as ``1 process``; ``""``
            when it is not ours.
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
        """Build the instance again from :meth:`to_plain`'s data."""
        users = {
            role: Credentials(**plain[role]) if plain[role] else None
            for role in ("owner", "stranger", "admin")
        }
        reach = Reach(**plain["reach"])
        return cls(**{**plain, **users, "reach": reach})


def counted(number: int, one: str, many: str = "") -> str:
    """Say how many there are of something."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"

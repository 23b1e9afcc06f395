"""The three users of an instance that the harness starts itself."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import psycopg
from psycopg.rows import dict_row

from conformance.errors import TargetError
from conformance.instance import Credentials
from conformance.routes import REGISTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.processes.postgres import OwnDatabase
    from conformance.targets.releases import PublishedRelease

REGISTER_SECONDS = 30
PLAIN_USER = 10  # its rank in the column `role`


class Users(NamedTuple):
    """Who a run may act as."""

    owner: Credentials
    stranger: Credentials
    admin: Credentials


def made_up() -> Users:
    """Return three users whose passwords nobody else knows."""
    return Users(
        *(
            Credentials(
                email=f"{name}@example.com",
                password=secrets.token_urlsafe(18),
                name=name,
            )
            for name in Users._fields
        )
    )


def creating(users: Users) -> list[Sequence[str]]:
    """Return the ``ftcli`` commands that create the users."""
    return [
        (
            *("users", "create", user.name),
            *("--email", user.email),
            *("--password", user.password),
        )
        for user in users
    ]


def activating(users: Users) -> list[Sequence[str]]:
    """Return the ``ftcli`` commands that activate registered users."""
    return [("users", "update", user.name, "--activate") for user in users]


def promoting(users: Users, release: PublishedRelease) -> list[Sequence[str]]:
    """Return the ``ftcli`` commands that make the admin one."""
    return [("users", "update", users.admin.name, *release.admin_option)]


def register(users: Users, url: str) -> None:
    """Register the users as a visitor of the front end would.

    Raises:
        TargetError: The server refused one, or did not answer.
    """
    with httpx.Client(timeout=REGISTER_SECONDS, trust_env=False) as client:
        for user in users:
            form = {
                "username": user.name,
                "email": user.email,
                "password": user.password,
                "language": "en",
                "accepted_policy": True,
            }
            try:
                answer = client.post(f"{url}{REGISTER}", json=form)
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise TargetError(
                    f"{url}: the user {user.name} could not be registered",
                    detail=str(error),
                ) from None


def settle(users: Users, database: OwnDatabase) -> None:
    """Make sure that the users are as scenarios expect them.

    ``ftcli`` ends well also when it did nothing, so the rows are read:
    logging in would cost a second for each user and tell less.

    Raises:
        TargetError: A user is missing, inactive, or has wrong rights.
    """
    query = "SELECT to_jsonb(u) FROM users u WHERE username = ANY(%s)"
    names = [user.name for user in users]
    with psycopg.connect(database.conninfo, row_factory=dict_row) as link:
        link.execute("UPDATE users SET language = 'en'")
        rows = [row["to_jsonb"] for row in link.execute(query, [names])]
    found = {row["username"]: row for row in rows}
    for user in users:
        wrong = _wrong(found.get(user.name), admin=user is users.admin)
        if wrong:
            raise TargetError(
                f"FitTrackee did not create the users: {user.name} {wrong}; "
                f"please report it as an error of the harness"
            )


def _wrong(row: dict[str, Any] | None, *, admin: bool) -> str:
    if row is None:
        return "is missing"
    if not row["is_active"]:
        return "is inactive"
    # A flag to 0.8, a rank since 0.9.
    rights = row["admin"] if "admin" in row else row["role"] > PLAIN_USER
    if rights != admin:
        return "is not an admin" if admin else "is an admin"
    return ""

"""The three users of an instance that the harness starts."""

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
    """The users that a run acts as."""

    owner: Credentials
    stranger: Credentials
    admin: Credentials


def new_users() -> Users:
    """Return three users with random passwords."""
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


def create_commands(users: Users) -> list[Sequence[str]]:
    """Return the ``ftcli`` commands that create the users."""
    return [
        (
            *("users", "create", user.name),
            *("--email", user.email),
            *("--password", user.password),
        )
        for user in users
    ]


def activate_commands(users: Users) -> list[Sequence[str]]:
    """Return the ``ftcli`` commands that activate registered users."""
    return [("users", "update", user.name, "--activate") for user in users]


def promote_commands(
    users: Users, release: PublishedRelease
) -> list[Sequence[str]]:
    """Return the ``ftcli`` commands that give the admin its rights."""
    return [("users", "update", users.admin.name, *release.admin_option)]


def register(users: Users, url: str) -> None:
    """Register the users by the API, as the front end does.

    Raises:
        TargetError: The server refused one, or did not respond.
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
                response = client.post(f"{url}{REGISTER}", json=form)
                response.raise_for_status()
            except httpx.HTTPError as error:
                raise TargetError(
                    f"{url}: the user {user.name} could not be registered",
                    detail=str(error),
                ) from None


def prepare(users: Users, database: OwnDatabase) -> None:
    """Set the users' language, and check that they are as expected.

    ``ftcli`` also exits with 0 if it did nothing, so the rows are read:
    logging in would take a second for each user and show less.

    Raises:
        TargetError: A user is missing, inactive, or has wrong rights.
    """
    query = "SELECT to_jsonb(u) FROM users u WHERE username = ANY(%s)"
    names = [user.name for user in users]
    with psycopg.connect(database.conninfo, row_factory=dict_row) as link:
        link.execute("UPDATE users SET language = 'en'")
        rows = [row["to_jsonb"] for row in link.execute(query, [names])]
    by_name = {row["username"]: row for row in rows}
    for user in users:
        problem = _problem(by_name.get(user.name), admin=user is users.admin)
        if problem:
            raise TargetError(
                f"FitTrackee did not create the users: {user.name} {problem}; "
                f"please report this as an error of the harness"
            )


def _problem(row: dict[str, Any] | None, *, admin: bool) -> str:
    """Return what is wrong with a user's row, ``""`` if nothing is."""
    if row is None:
        return "is missing"
    if not row["is_active"]:
        return "is inactive"
    # A flag up to 0.8, a rank since 0.9.
    rights = row["admin"] if "admin" in row else row["role"] > PLAIN_USER
    if rights != admin:
        return "is not an admin" if admin else "is an admin"
    return ""

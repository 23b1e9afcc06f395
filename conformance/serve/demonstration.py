"""A reference server with users and a registered app.

For developers of third-party apps who need an OAuth server like FitTrackee's.
"""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import select

from conformance import faults
from conformance.reference.server import ReferenceServer
from conformance.reference.storage.models import Account, RegisteredApp, hashed
from conformance.reference.storage.users import User
from conformance.routes import CONSENT_PAGE, REVOKE, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REDIRECT_URIS = ("http://127.0.0.1:8000/callback",)
USERS = ("owner", "stranger", "admin")
TRIED_SCOPE = "profile:read workouts:read"  # every contract has them


@dataclass(frozen=True)
class Demonstration:
    """A server with users and a registered app.

    Attributes:
        server: Not listening yet; see :func:`conformance.reference.serve`.
        users: An owner, a stranger and an administrator.
        client_id: The app's client identifier.
        client_secret: The app's client secret, hidden by ``repr``.
        redirect_uris: Its redirection URIs.
        scope: Its scope: every scope of the contract.
    """

    server: ReferenceServer
    users: tuple[User, ...]
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    scope: str

    def lines(self, url: str) -> Iterator[str]:
        """Yield the users, the app and the endpoints, with their secrets.

        Args:
            url: The server's base URL.
        """
        release = self.server.contract.release
        yield f"OAuth 2.0 as in FitTrackee {release} at {url}"
        yield ""
        yield "Users"
        widest = max(len(user.email) for user in self.users)
        for user in self.users:
            email = user.email.ljust(widest)
            yield f"  log in as {email}  password {user.password}"
        yield "App"
        yield f"  client_id      {self.client_id}"
        yield f"  client_secret  {self.client_secret}"
        for uri in self.redirect_uris:
            yield f"  redirect_uri   {uri}"
        yield f"  scope          {self.scope}"
        yield "Endpoints"
        yield f"  authorization  {url}{CONSENT_PAGE}"
        yield f"  token          {url}{TOKEN}"
        yield f"  revocation     {url}{REVOKE}"
        yield "Open this to authorize the app"
        yield f"  {self.authorization_url(url)}"

    def authorization_url(self, url: str) -> str:
        """Return the URL of an authorization request with a small scope.

        Args:
            url: The server's base URL.
        """
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uris[0],
            "scope": TRIED_SCOPE,
            "state": secrets.token_urlsafe(6),
        }
        return f"{url}{CONSENT_PAGE}?{urlencode(query)}"


@contextlib.contextmanager
def demonstration(
    *,
    database_url: str | None = None,
    contract: str = "newest",
    fault: str | None = None,
    rate_limit: str | None = None,
    redirect_uris: Sequence[str] = REDIRECT_URIS,
) -> Iterator[Demonstration]:
    """Build a server with new users and an app; close it afterwards.

    Args:
        database_url: Database to use; None creates a temporary one.
        contract: Name of the contract.
        fault: Name of a fault, None for none.
        rate_limit: Such as ``300 per 5 minutes``, None for none.
        redirect_uris: Redirection URIs of the app.

    Raises:
        KeyError: The contract or fault is unknown; the message is one line.
        ValueError: The rate limit, a redirection URI or the database is
            invalid; the message is one line.
        SQLAlchemyError: The database cannot be opened.
    """
    breaker = faults.get(fault) if fault is not None else None
    with contextlib.ExitStack() as stack:
        # Names of earlier users in a persistent database are taken.
        suffix = f"_{secrets.token_hex(3)}" if database_url else ""
        users = tuple(_user(f"{name}{suffix}") for name in USERS)
        if database_url is None:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="fittrackee-reference-")
            )
            database_url = f"sqlite:///{Path(folder) / 'reference.sqlite'}"
        server = ReferenceServer(
            database_url,
            users=users,
            contract=contract,
            registration=True,
            rate_limit=rate_limit,
        )
        stack.callback(server.close)
        for uri in redirect_uris:
            if not server.rules.redirect_uri_acceptable(uri):
                raise ValueError(
                    f"redirect URI {uri!r} cannot be registered: use https, "
                    "http on a loopback host, or a scheme such as "
                    "com.example.app:/callback; no fragment"
                )
        ready = _with_app(server, users, tuple(redirect_uris))
        # Last, so that the fault does not affect the app's registration.
        if breaker is not None:
            breaker.apply(server)
        yield ready


def _user(name: str) -> User:
    """Return a new user; names that begin with "admin" get admin rights."""
    return User(
        name,
        f"{name}@example.com",
        secrets.token_urlsafe(9),
        admin=name.startswith("admin"),
    )


def _with_app(
    server: ReferenceServer,
    users: tuple[User, ...],
    redirect_uris: tuple[str, ...],
) -> Demonstration:
    """Return the demonstration, with an app of the first user."""
    rules, scope = server.rules, " ".join(server.contract.scopes)
    client_id, client_secret = rules.new_client_id(), rules.new_client_secret()
    named = select(Account.id).where(Account.username == users[0].name)
    with server.database.open() as session:
        session.add(
            RegisteredApp(
                client_id=client_id,
                secret_hash=hashed(client_secret),
                user_id=session.scalars(named).one(),
                name="Demonstration",
                description="Registered when the server was started.",
                website="https://example.org",
                redirect_uris=list(redirect_uris),
                scope=scope,
                issued_at=rules.now(),
            )
        )
        session.commit()
    return Demonstration(
        server, users, client_id, client_secret, redirect_uris, scope
    )

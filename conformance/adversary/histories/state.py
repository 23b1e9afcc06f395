"""The state of apps, codes and tokens in a history: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

OWNER, STRANGER = "owner", "stranger"
WIDE = ("profile:read", "workouts:read", "profile:write")


class Invariant(StrEnum):
    """An invariant of all sequences of operations."""

    CODE_ONCE = "a code is accepted at most once"
    REVOKED = "a token that an app revoked is never accepted again"
    WITH_APP = (
        "a code or token that ended with its app is never accepted again"
    )
    REFUSED = "a credential that was rejected once is never accepted again"
    SCOPE = "no token has a wider scope than the user granted"
    ISOLATION = "no user and no app affects or uses what belongs to another"
    # Valid credentials keep working, whatever happens to others.
    UNTOUCHED = "a credential that worked, and was not ended, still works"


class CredentialKind(StrEnum):
    """A kind of credential that an app can present."""

    CODE = "code"
    ACCESS = "access token"
    REFRESH = "refresh token"


@dataclass(eq=False)
class AppState:
    """A registered app.

    Attributes:
        letter: Its name in the history.
        owner: The user that registered it.
        scope: The scope that it may request.
        actor: Sends its requests.
        gone: Whether it was deleted.
        exchanges: Whether one of its codes has worked.
        refreshes: Whether one of its refresh tokens has worked.
    """

    letter: str
    owner: str
    scope: tuple[str, ...]
    actor: Any = field(repr=False)
    gone: bool = False
    exchanges: bool = False
    refreshes: bool = False


@dataclass(eq=False)
class Consent:
    """A consent of a user to an app.

    Attributes:
        app: The app.
        user: The user.
        scope: The granted scope.
        disturbed: Whether its credentials may have ended.
    """

    app: AppState
    user: str
    scope: frozenset[str]
    disturbed: bool = False


@dataclass(eq=False)
class Credential:
    """A code or a token, and its state.

    Attributes:
        kind: Its kind.
        number: Its number within the kind in the history.
        consent: The consent that it was issued for.
        scope: The scope that the server stated.
        secret: The value that is sent.
        sure: Whether it cannot have ended.
        seen: Whether it has worked.
        spent: Whether it was exchanged for something newer.
        refused: Whether its own app presented it and it was rejected.
        ended: The invariants by which it must not work any more.
    """

    kind: CredentialKind
    number: int
    consent: Consent
    scope: frozenset[str]
    secret: Any = field(repr=False)
    sure: bool = True
    seen: bool = False
    spent: bool = False
    refused: bool = False
    ended: set[Invariant] = field(default_factory=set)

    def __str__(self) -> str:
        """Return its name in the history."""
        return f"{self.kind} {self.number}"

    @property
    def variable(self) -> str:
        """Its name in a shell script."""
        return f"{self.kind.replace(' ', '_')}_{self.number}"

    @property
    def app(self) -> AppState:
        """The app that it was issued to."""
        return self.consent.app

    @property
    def forbidden(self) -> set[Invariant]:
        """The invariants that are violated if it works."""
        return self.ended | ({Invariant.REFUSED} if self.refused else set())

    @property
    def demanded(self) -> bool:
        """Whether it must work, as a comparable credential has worked."""
        working = {
            CredentialKind.CODE: self.app.exchanges,
            CredentialKind.ACCESS: self.seen,
            CredentialKind.REFRESH: self.app.refreshes,
        }
        return self.sure and not self.app.gone and working[self.kind]


@dataclass(frozen=True)
class Operation:
    """One operation of a history, with its arguments.

    Attributes:
        name: Name of the method.
        arguments: Its arguments, such as apps and credentials, by name.
        created: The apps and credentials that it created.
    """

    name: str
    arguments: dict[str, Any]
    created: tuple[object, ...] = ()

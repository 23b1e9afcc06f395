"""Apps, codes and tokens as a history knows them: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

OWNER, STRANGER = "owner", "stranger"
WIDE = ("profile:read", "workouts:read", "profile:write")


class Invariant(StrEnum):
    """What has to hold after any sequence of operations."""

    CODE_ONCE = "a code works at most once"
    REVOKED = "what an app revoked never works again"
    WITH_APP = "what ended with its app never works again"
    REFUSED = "what was refused once never works again"
    SCOPE = "no token is worth more than the user granted"
    ISOLATION = "nobody touches what is another's"
    UNTOUCHED = "what worked, and was not ended, still works"


class CredentialKind(StrEnum):
    """What an app can present."""

    CODE = "code"
    ACCESS = "access token"
    REFRESH = "refresh token"


@dataclass(eq=False)
class LivingApp:
    """A registered app.

    Attributes:
        letter: Its name in the history.
        owner: Who registered it.
        scope: What it may ask for.
        actor: Sends its requests.
        gone: It was deleted.
        exchanges: A code of its was seen to work.
        refreshes: A refresh token of its was seen to work.
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
    """What one user granted to one app at one time.

    Attributes:
        app: To which app.
        user: Who granted it.
        scope: What was granted.
        disturbed: Something happened that may have ended what it gave.
    """

    app: LivingApp
    user: str
    scope: frozenset[str]
    disturbed: bool = False


@dataclass(eq=False)
class Credential:
    """A code or a token, and what is known of it.

    Attributes:
        kind: What it is.
        number: Which one of its kind in the history.
        consent: Where it comes from.
        scope: What the server said that it is worth.
        secret: What is sent.
        sure: Nothing happened that may have ended it.
        seen: It was seen to work.
        spent: It was exchanged for something newer.
        refused: Its own app presented it and the server rejected it.
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
    def app(self) -> LivingApp:
        """The app that it was issued to."""
        return self.consent.app

    @property
    def forbidden(self) -> set[Invariant]:
        """The invariants that are violated when it works."""
        return self.ended | ({Invariant.REFUSED} if self.refused else set())

    @property
    def demanded(self) -> bool:
        """Whether it has to work: a comparable credential has worked."""
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
        name: Of the method.
        arguments: By name; apps and credentials among them.
        created: The apps and credentials that it created.
    """

    name: str
    arguments: dict[str, Any]
    created: tuple[object, ...] = ()

"""What may happen next in a history, with the choices that were drawn.

A verb that finds nothing to act upon does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from conformance.adversary.histories.state import (
    OWNER,
    STRANGER,
    WIDE,
    CredentialKind,
    Invariant,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.adversary.histories.history import History
    from conformance.adversary.histories.state import Credential, LivingApp

    Scope = tuple[str, ...]

Thing = TypeVar("Thing")
APPS = 3  # in a history
EARLY = 9  # steps before which the only app is not deleted


@dataclass(frozen=True)
class Choices:
    """Choices for one verb; each takes those that it needs.

    Attributes:
        pick: Which of the things that it is about, the newest for 0.
        other: Which of other things.
        look: What to look at after an attempt.
        wide: What an app may ask for.
        scope: What a user grants, as far as the app may ask for it.
        asked: The scope of a refresh, None for none.
        hint: The hint of a revocation, None for none.
        stranger: Whether the second user acts.
        even: One of two ways.
        later: Whether a code is kept for later.
        widens: Whether a refresh may ask for more than was granted.
    """

    pick: int
    other: int
    look: int
    wide: Scope
    scope: Scope
    asked: Scope | None
    hint: CredentialKind | None
    stranger: bool
    even: bool
    later: bool
    widens: bool


def picked(things: Sequence[Thing], pick: int) -> Thing | None:
    """Return one of some things, the newest for 0; None of none."""
    return things[-1 - pick % len(things)] if things else None


# -- users ----------------------------------------------------------------


def registers(history: History, drawn: Choices) -> None:
    """A user registers an app, and the owner grants it something."""
    if len(history.model.apps) < APPS:
        user = _user(history, drawn)
        app = history.register(user=user, scope=drawn.wide)
        connect(history, app, OWNER, drawn)


def grants(history: History, drawn: Choices) -> None:
    """A user consents to what an app asks for."""
    if app := picked(history.model.living, drawn.pick):
        connect(history, app, _user(history, drawn), drawn)


def revokes_all(history: History, drawn: Choices) -> None:
    """The owner of an app revokes all of its tokens."""
    if app := picked(history.model.living, drawn.pick):
        history.revoke_all(app=app, user=app.owner)


def deletes(history: History, drawn: Choices) -> None:
    """The owner of an app deletes it; the only one not too early."""
    living = history.model.living
    late = len(history.narration.steps) >= EARLY or len(living) > 1
    if late and (app := picked(living, drawn.pick)):
        history.delete(app=app, user=app.owner)


# -- apps -----------------------------------------------------------------


def exchanges(history: History, drawn: Choices) -> None:
    """An app exchanges a code for the first time."""
    fresh = [c for c in history.model.codes if not c.spent]
    if code := picked(fresh, drawn.pick):
        _went_on(history, history.exchange(code=code))


def replays_code(history: History, drawn: Choices) -> None:
    """An app exchanges a code again."""
    spent = [c for c in history.model.codes if c.spent]
    if code := picked(spent, drawn.pick):
        history.exchange(code=code)


def refreshes(history: History, drawn: Choices) -> None:
    """An app uses one of its newest refresh tokens."""
    fresh = [
        t
        for t in history.model.refresh
        if not (t.spent or t.forbidden or t.app.gone)
    ]
    if token := picked(fresh, drawn.pick):
        wide = not set(drawn.asked or ()) <= token.consent.scope
        may = drawn.widens or history.focus is Invariant.SCOPE
        asked = None if wide and not may else drawn.asked
        _went_on(history, history.refresh(token=token, scope=asked))


def replays_token(history: History, drawn: Choices) -> None:
    """An app uses a refresh token that was replaced or has ended."""
    old = [t for t in history.model.refresh if t.spent or t.forbidden]
    if token := picked(old, drawn.pick):
        history.refresh(token=token)


def calls(history: History, drawn: Choices) -> None:
    """An app calls the API."""
    if token := picked(history.model.access, drawn.pick):
        covered = sorted(token.scope & token.consent.scope)
        beyond = history.focus is Invariant.SCOPE or not covered
        scopes = WIDE if beyond else covered
        history.call(token=token, scope=scopes[drawn.other % len(scopes)])


def revokes(history: History, drawn: Choices) -> None:
    """An app revokes one of its tokens."""
    model = history.model
    tokens = model.refresh if drawn.even else model.access
    living = [t for t in tokens if not (t.ended or t.app.gone)]
    if token := picked(living, drawn.pick):
        history.revoke(token=token, hint=drawn.hint)


# -- attempts on what is another's ------------------------------------------


def meddles(history: History, drawn: Choices) -> None:
    """A user tries to delete or disconnect another user's app."""
    app = picked(history.model.living, drawn.pick)
    if app and STRANGER in history.users:
        by = OWNER if app.owner == STRANGER else STRANGER
        attempt = (
            history.delete_foreign
            if drawn.even
            else history.revoke_all_foreign
        )
        attempt(app=app, by=by, look=drawn.look)


def steals(history: History, drawn: Choices) -> None:
    """An app uses or revokes a code or token of another app."""
    model = history.model
    kinds = [model.access, model.codes, model.refresh, model.refresh]
    things = [
        t
        for t in kinds[drawn.other]
        if not (t.spent or t.forbidden or t.app.gone)
    ]
    thing = picked(things, drawn.pick)
    thief = picked(
        [a for a in model.living if thing and a is not thing.app], drawn.look
    )
    if thing is None or thief is None:
        return
    if thing.kind is CredentialKind.CODE:
        history.exchange(code=thing, by=thief)
    elif thing.kind is CredentialKind.REFRESH and drawn.even:
        history.refresh(token=thing, by=thief)
    else:
        history.revoke_foreign(token=thing, by=thief, look=drawn.look)


# -- inside -----------------------------------------------------------------


def _user(history: History, drawn: Choices) -> str:
    known = STRANGER in history.users
    return STRANGER if drawn.stranger and known else OWNER


def connect(
    history: History, app: LivingApp, user: str, drawn: Choices
) -> None:
    """A user consents; the app exchanges the code at once, or later."""
    asked = tuple(s for s in drawn.scope if s in app.scope)
    code = history.grant(app=app, user=user, scope=asked, pkce=drawn.even)
    if code and not drawn.later:
        _went_on(history, history.exchange(code=code))


def _went_on(history: History, token: Credential | None) -> None:
    """See a new token work, where it has to go on working."""
    scopes = sorted(token.scope & token.consent.scope) if token else []
    if token and scopes and history.focus is Invariant.UNTOUCHED:
        history.call(token=token, scope=scopes[0])

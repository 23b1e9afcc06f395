"""The verbs of a history: they call operations with drawn choices.

A verb does nothing if there is no app or credential to act upon.
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
    from conformance.adversary.histories.state import AppState, Credential

    Scope = tuple[str, ...]

Thing = TypeVar("Thing")
APPS = 3  # in a history
EARLY = 9  # steps before which the only app is not deleted


@dataclass(frozen=True)
class Choices:
    """Drawn choices for one verb, which uses those that it needs.

    Attributes:
        pick: Index of the app or credential, the newest for 0.
        other: Index of something else, such as a scope.
        look: Index of the check after a cross-user attempt.
        wide: The scope that an app may request.
        scope: The scope that a user grants, if the app may request it.
        asked: The scope of a refresh, None for none.
        hint: The hint of a revocation, None for none.
        stranger: Whether the second user acts.
        even: A choice between two variants.
        later: Whether a code is not exchanged at once.
        widens: Whether a refresh may request more than was granted.
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
    """Return an item by its index from the end, None if there are none."""
    return things[-1 - pick % len(things)] if things else None


# -- users ----------------------------------------------------------------


def registers(history: History, drawn: Choices) -> None:
    """A user registers an app, and the owner grants it a scope."""
    if len(history.model.apps) < APPS:
        user = _user(history, drawn)
        app = history.register(user=user, scope=drawn.wide)
        connect(history, app, OWNER, drawn)


def grants(history: History, drawn: Choices) -> None:
    """A user consents to the request of an app."""
    if app := picked(history.model.existing, drawn.pick):
        connect(history, app, _user(history, drawn), drawn)


def revokes_all(history: History, drawn: Choices) -> None:
    """The owner of an app revokes all of its tokens."""
    if app := picked(history.model.existing, drawn.pick):
        history.revoke_all(app=app, user=app.owner)


def deletes(history: History, drawn: Choices) -> None:
    """The owner of an app deletes it; the only app is not deleted early."""
    living = history.model.existing
    late = len(history.narration.steps) >= EARLY or len(living) > 1
    if late and (app := picked(living, drawn.pick)):
        history.delete(app=app, user=app.owner)


# -- apps -----------------------------------------------------------------


def exchanges(history: History, drawn: Choices) -> None:
    """An app exchanges a code for the first time."""
    fresh = [c for c in history.model.codes if not c.spent]
    if code := picked(fresh, drawn.pick):
        _call_with_new_token(history, history.exchange(code=code))


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
        _call_with_new_token(
            history, history.refresh(token=token, scope=asked)
        )


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
    active = [t for t in tokens if not (t.ended or t.app.gone)]
    if token := picked(active, drawn.pick):
        history.revoke(token=token, hint=drawn.hint)


# -- cross-user and cross-app attempts --------------------------------------


def manages_foreign_app(history: History, drawn: Choices) -> None:
    """A user tries to delete another user's app, or to revoke its tokens."""
    app = picked(history.model.existing, drawn.pick)
    if app and STRANGER in history.users:
        by = OWNER if app.owner == STRANGER else STRANGER
        attempt = (
            history.delete_foreign
            if drawn.even
            else history.revoke_all_foreign
        )
        attempt(app=app, by=by, look=drawn.look)


def uses_foreign_credential(history: History, drawn: Choices) -> None:
    """An app uses or revokes a code or token of another app."""
    model = history.model
    kinds = [model.access, model.codes, model.refresh, model.refresh]
    usable = [
        c
        for c in kinds[drawn.other]
        if not (c.spent or c.forbidden or c.app.gone)
    ]
    stolen = picked(usable, drawn.pick)
    thief = picked(
        [a for a in model.existing if stolen and a is not stolen.app],
        drawn.look,
    )
    if stolen is None or thief is None:
        return
    if stolen.kind is CredentialKind.CODE:
        history.exchange(code=stolen, by=thief)
    elif stolen.kind is CredentialKind.REFRESH and drawn.even:
        history.refresh(token=stolen, by=thief)
    else:
        history.revoke_foreign(token=stolen, by=thief, look=drawn.look)


# -- internals --------------------------------------------------------------


def _user(history: History, drawn: Choices) -> str:
    known = STRANGER in history.users
    return STRANGER if drawn.stranger and known else OWNER


def connect(
    history: History, app: AppState, user: str, drawn: Choices
) -> None:
    """A user consents; the app exchanges the code at once, or later."""
    asked = tuple(s for s in drawn.scope if s in app.scope)
    code = history.grant(app=app, user=user, scope=asked, pkce=drawn.even)
    if code and not drawn.later:
        _call_with_new_token(history, history.exchange(code=code))


def _call_with_new_token(history: History, token: Credential | None) -> None:
    """Call the API with a new token, if the invariant is ``UNTOUCHED``."""
    scopes = sorted(token.scope & token.consent.scope) if token else []
    if token and scopes and history.focus is Invariant.UNTOUCHED:
        history.call(token=token, scope=scopes[0])

"""Histories as hypothesis draws them.

What is drawn never depends on what a server answered: a rule that finds
nothing to act upon does nothing. So a seed or a kept example draws the same
on every server, and shrinking leaves such steps out.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from conformance.adversary import ending
from conformance.adversary.living import OWNER, STRANGER, WIDE, Kind, Promise
from conformance.adversary.plots import APPS, BETWEEN, LONGEST, PLOTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.adversary.attacks import Attacks
    from conformance.adversary.living import Credential, LivingApp

    Scope = tuple[str, ...]

Thing = TypeVar("Thing")
PICK = st.integers(0, 3)
YES = st.booleans()
SELDOM = st.sampled_from([False, False, False, True])
SCOPE = st.sampled_from([WIDE[:1], WIDE[:2], WIDE])
WIDELY = st.sampled_from([WIDE, WIDE, WIDE[:2]])
ASKED = st.sampled_from([None, None, WIDE[:1], WIDE[1:2], WIDE])
HINT = st.sampled_from([None, None, Kind.ACCESS, Kind.REFRESH])
SECOND = st.sampled_from(["", STRANGER, STRANGER, OWNER])


def picked(things: Sequence[Thing], pick: int) -> Thing | None:
    """Return one of some things, the newest for 0; None of none."""
    return things[-1 - pick % len(things)] if things else None


class Machine(RuleBasedStateMachine):
    """Draws one history and lets it happen."""

    def __init__(self, begin: Callable[[], Attacks]) -> None:
        """Prepare a history.

        Args:
            begin: Begins it, with nobody having done anything.
        """
        super().__init__()
        self._begin = begin
        self._history: Attacks | None = None
        self._anything = False
        self._outer = sys.exc_info()[1]

    @initialize(
        wide=WIDELY, scope=SCOPE, pkce=YES, second=SECOND, anything=SELDOM
    )
    def begins(
        self,
        wide: Scope,
        scope: Scope,
        pkce: bool,
        second: str,
        anything: bool,
    ) -> None:
        """There is an app with tokens in every history, and often two."""
        self._anything = anything
        self._history = history = self._begin()
        app = history.register(user=OWNER, scope=wide)
        self._went_on(history, self._connect(history, app, scope, pkce))
        if second in history.users and history.focus in BETWEEN:
            other = history.register(user=second, scope=wide)
            if history.focus is Promise.UNTOUCHED:
                token = self._connect(history, other, scope, pkce)
                self._went_on(history, token)

    # -- users ------------------------------------------------------------

    @rule(wide=WIDELY, scope=SCOPE, stranger=SELDOM, pkce=YES)
    def registers(
        self, wide: Scope, scope: Scope, stranger: bool, pkce: bool
    ) -> None:
        """A user registers an app and grants it something."""
        if (history := self._now("registers")) and len(
            history.life.apps
        ) < APPS:
            app = history.register(
                user=self._user(history, stranger), scope=wide
            )
            self._went_on(history, self._connect(history, app, scope, pkce))

    @rule(app=PICK, scope=SCOPE, stranger=SELDOM, pkce=YES, later=SELDOM)
    def grants(
        self, app: int, scope: Scope, stranger: bool, pkce: bool, later: bool
    ) -> None:
        """A user consents; the app may exchange the code at once."""
        history = self._now("grants")
        if history and (to := picked(history.life.living, app)):
            user = self._user(history, stranger)
            if later:
                self._grant(history, to, scope, pkce, user)
            else:
                token = self._connect(history, to, scope, pkce, user)
                self._went_on(history, token)

    @rule(app=PICK)
    def revokes_all(self, app: int) -> None:
        """The owner of an app revokes all of its tokens."""
        history = self._now("revokes_all")
        if history and (chosen := picked(history.life.living, app)):
            history.revoke_all(app=chosen, user=chosen.owner)

    @rule(app=PICK)
    def deletes(self, app: int) -> None:
        """The owner of an app deletes it; the only one not too early."""
        history = self._now("deletes")
        if history and (chosen := picked(history.life.living, app)):
            late = len(history.telling.steps) >= LONGEST // 2
            if late or len(history.life.living) > 1:
                history.delete(app=chosen, user=chosen.owner)

    # -- apps -------------------------------------------------------------

    @rule(code=PICK)
    def exchanges(self, code: int) -> None:
        """An app exchanges a code for the first time."""
        if history := self._now("exchanges"):
            fresh = [c for c in history.life.codes if not c.spent]
            if chosen := picked(fresh, code):
                self._went_on(history, history.exchange(code=chosen))

    @rule(code=PICK)
    def replays_code(self, code: int) -> None:
        """An app exchanges a code again."""
        if history := self._now("replays_code"):
            spent = [c for c in history.life.codes if c.spent]
            if chosen := picked(spent, code):
                history.exchange(code=chosen)

    @rule(token=PICK, scope=ASKED)
    def refreshes(self, token: int, scope: Scope | None) -> None:
        """An app uses its newest refresh tokens."""
        if history := self._now("refreshes"):
            fresh = [
                t
                for t in history.life.refresh
                if not (t.spent or t.forbidden or t.app.gone)
            ]
            if chosen := picked(fresh, token):
                wide = not set(scope or ()) <= chosen.consent.scope
                asked = None if wide and not self._widens() else scope
                self._went_on(
                    history, history.refresh(token=chosen, scope=asked)
                )

    @rule(token=PICK)
    def replays_token(self, token: int) -> None:
        """An app uses a refresh token that was replaced or has ended."""
        if history := self._now("replays_token"):
            old = [t for t in history.life.refresh if t.spent or t.forbidden]
            if chosen := picked(old, token):
                history.refresh(token=chosen)

    @rule(token=PICK, scope=PICK)
    def calls(self, token: int, scope: int) -> None:
        """An app calls the API."""
        history = self._now("calls")
        if history and (chosen := picked(history.life.access, token)):
            history.call(token=chosen, scope=WIDE[scope % len(WIDE)])

    @rule(token=PICK, access=YES, hint=HINT)
    def revokes(self, token: int, access: bool, hint: Kind | None) -> None:
        """An app revokes one of its tokens."""
        if history := self._now("revokes"):
            tokens = history.life.access if access else history.life.refresh
            living = [t for t in tokens if not (t.ended or t.app.gone)]
            if chosen := picked(living, token):
                history.revoke(token=chosen, hint=hint)

    # -- attempts on what is another's --------------------------------------

    @rule(app=PICK, deletes=YES, look=PICK)
    def meddles(self, app: int, deletes: bool, look: int) -> None:
        """A user tries to delete or disconnect another user's app."""
        history = self._now("meddles")
        if history and STRANGER in history.users:
            target = picked(history.life.living, app)
            if target:
                by = OWNER if target.owner == STRANGER else STRANGER
                attempt = (
                    history.delete_foreign
                    if deletes
                    else history.revoke_all_foreign
                )
                attempt(app=target, by=by, look=look)

    @rule(thing=PICK, kind=PICK, by=PICK, look=PICK)
    def steals(self, thing: int, kind: int, by: int, look: int) -> None:
        """An app uses or revokes a code or token of another app."""
        history = self._now("steals")
        if history is None:
            return
        life = history.life
        kinds = [life.codes, life.refresh, life.access, life.refresh]
        things = [t for t in kinds[kind] if not (t.spent or t.app.gone)]
        chosen = picked(things, thing)
        others = [a for a in life.living if chosen and a is not chosen.app]
        thief = picked(others, by)
        if chosen and thief:
            if kind == 0:
                history.exchange(code=chosen, by=thief)
            elif kind == 1:
                history.refresh(token=chosen, by=thief)
            else:
                history.revoke_foreign(token=chosen, by=thief, look=look)

    # -- the end ------------------------------------------------------------

    def teardown(self) -> None:
        """End the history: try once more, then clean up in any case."""
        history = self._history
        if history is None:
            return
        try:
            if sys.exc_info()[1] is self._outer:
                ending.check(history)
        finally:
            history.clean_up()

    # -- inside -------------------------------------------------------------

    def _now(self, act: str) -> Attacks | None:
        """Return the history if it goes on, and by such an act."""
        history = self._history
        if history is None or len(history.telling.steps) >= LONGEST:
            return None
        apt = self._anything or act in PLOTS[history.focus]
        return history if apt else None

    def _widens(self) -> bool:
        """Tell whether an app may try to get more than was granted."""
        history = self._history
        scope = history and history.focus is Promise.SCOPE
        return bool(scope or self._anything)

    def _user(self, history: Attacks, stranger: bool) -> str:
        known = STRANGER in history.users
        return STRANGER if stranger and known else OWNER

    def _connect(
        self,
        history: Attacks,
        app: LivingApp,
        scope: Scope,
        pkce: bool,
        user: str = OWNER,
    ) -> Credential | None:
        code = self._grant(history, app, scope, pkce, user)
        return history.exchange(code=code) if code else None

    @staticmethod
    def _grant(
        history: Attacks, app: LivingApp, scope: Scope, pkce: bool, user: str
    ) -> Credential | None:
        asked = tuple(s for s in scope if s in app.scope)
        return history.grant(app=app, user=user, scope=asked, pkce=pkce)

    @staticmethod
    def _went_on(history: Attacks, token: Credential | None) -> None:
        """See a new token work, where it has to go on working."""
        if token and history.focus is Promise.UNTOUCHED:
            scopes = sorted(token.scope & token.consent.scope)
            if scopes:
                history.call(token=token, scope=scopes[0])

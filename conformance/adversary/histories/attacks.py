"""What users and apps try on what is another's."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from conformance.adversary.histories.history import History
from conformance.adversary.histories.operations import act
from conformance.adversary.histories.state import Invariant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.adversary.histories.state import Credential, LivingApp

    Look = Callable[[], object]


class Attacks(History):
    """A history with attempts that must not touch anything.

    Where isolation is judged, each has its control: what is looked at
    afterwards was seen to work before.
    """

    @act
    def delete_foreign(self, *, app: LivingApp, by: str, look: int) -> None:
        """A user tries to delete another user's app."""
        self._attempt(app, lambda: self.delete(app=app, user=by), look)

    @act
    def revoke_all_foreign(
        self, *, app: LivingApp, by: str, look: int
    ) -> None:
        """A user tries to revoke all tokens of another user's app."""
        self._attempt(app, lambda: self.revoke_all(app=app, user=by), look)

    @act
    def revoke_foreign(
        self, *, token: Credential, by: LivingApp, look: int
    ) -> None:
        """An app tries to revoke another app's token."""
        self._attempt(
            token.app, lambda: self.revoke(token=token, hint=None, by=by), look
        )

    def _attempt(self, app: LivingApp, act: Look, look: int) -> None:
        if self.focus is not Invariant.ISOLATION:
            act()
            return
        afterwards = self._looked(app, look)
        act()
        if afterwards:
            with self._watching():
                afterwards()

    def _looked(self, app: LivingApp, look: int) -> Look | None:
        """Return what to look at again; None when nothing works."""
        refresh = [t for t in self.life.refresh if _good(t, app)]
        codes = [c for c in self.life.codes if _good(c, app)]
        if look == 1 and refresh and app.refreshes:
            return lambda: self.refresh(token=refresh[-1])
        if look == 2 and codes and app.exchanges:
            return lambda: self.exchange(code=codes[-1])
        for token in reversed(self.life.access if look < 3 else []):
            scopes = sorted(token.scope & token.consent.scope)
            if _good(token, app) and scopes:
                again = partial(self.call, token=token, scope=scopes[0])
                return again if again() else None
        there = self.show(app=app, judged=False)
        return partial(self.show, app=app, judged=True) if there else None

    @contextmanager
    def _watching(self) -> Iterator[None]:
        self.watched = Invariant.ISOLATION
        yield
        self.watched = Invariant.UNTOUCHED


def _good(credential: Credential, app: LivingApp) -> bool:
    return credential.app is app and credential.sure

"""The operations of users and apps in a history, in any order.

:class:`History` has the operations, ``StepRunner`` sends their requests,
``Judge`` judges the responses, ``HistoryModel`` tracks which credentials must
and must not work, ``Narration`` holds the steps, and ``OperationLog`` the
operations, so that another history can repeat them.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from conformance.actors.issued import Code, Tokens, redirect_parameters
from conformance.actors.pkce import Pkce
from conformance.adversary.histories import script
from conformance.adversary.histories.judge import Judge
from conformance.adversary.histories.model import HistoryModel
from conformance.adversary.histories.operations import OperationLog, operation
from conformance.adversary.histories.state import CredentialKind, Invariant
from conformance.adversary.histories.steps import (
    UNJUDGED,
    StepRunner,
    accepted,
    send_or_stop,
)
from conformance.catalogue.route_probes import CHEAP
from conformance.routes import app_by_id, app_deletion, app_revocation

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.actors.owner import Owner
    from conformance.adversary.histories.narration import (
        HistoryViolation,
        Narration,
    )
    from conformance.adversary.histories.state import AppState, Credential


class History:
    """One history, in which one invariant is judged.

    If that is isolation, each cross-user attempt has a control: what is
    checked after the attempt has worked before it.

    Attributes:
        users: The users, by role.
        focus: The invariant that is judged.
        narration: The steps so far.
        model: The state of each app and credential.
        log: The operations so far.
    """

    def __init__(
        self,
        users: dict[str, Owner],
        focus: Invariant,
        narration: Narration,
        violations: list[HistoryViolation],
    ) -> None:
        """Begin a history.

        Args:
            users: The users, by role.
            focus: The invariant that is judged.
            narration: Records the steps.
            violations: Violations of the invariant are appended.
        """
        self.users = users
        self.focus = focus
        self.narration = narration
        self.model = HistoryModel()
        self.log = OperationLog(self.model, violations)
        self._judge = Judge(focus, narration)
        self._steps = StepRunner(users, self.model, narration, self._judge)

    def clean_up(self) -> None:
        """Delete the apps; errors are left to the end of the run."""
        for user in self.users.values():
            with suppress(*UNJUDGED):
                user.clean_up()

    # -- users ------------------------------------------------------------

    @operation
    def register(self, *, user: str, scope: tuple[str, ...]) -> AppState:
        """A user registers an app."""
        wide = " ".join(scope)
        actor = send_or_stop(
            lambda: self.users[user].must_register(scope=wide)
        )
        app = self.model.registered(user, scope, actor)
        step = self._steps.begin(
            user,
            f"registers app {app.letter} for {wide}",
            script.register(user, app.letter, wide),
        )
        step.outcome = "done"
        return app

    @operation
    def grant(
        self, *, app: AppState, user: str, scope: tuple[str, ...], pkce: bool
    ) -> Credential | None:
        """A user consents; return the code, None if none was issued."""
        pair, asked = Pkce.s256() if pkce else None, " ".join(scope)
        step = self._steps.begin(
            user,
            f"grants app {app.letter} {asked}, with{'' if pkce else 'out'} "
            "PKCE",
            "",
        )
        response = send_or_stop(
            lambda: app.actor.authorize(
                self.users[user], pkce=pair, scope=asked
            )
        )
        value = redirect_parameters(response).get("code")
        step.outcome = f"{response.status_code}, no code"
        if not value:
            return None
        verifier = pair.verifier if pair else None
        secret = Code(value[0], app.actor.redirect_uri, verifier)
        code = self.model.granted(app, user, scope, secret)
        step.outcome = str(code)
        step.commands = script.authorize(
            user, app.letter, asked, code.number, pkce=pkce
        )
        return code

    @operation
    def revoke_all(self, *, app: AppState, user: str) -> None:
        """A user revokes all tokens of an app, or tries to."""
        done = self._steps.manage(
            app,
            user,
            f"revokes all tokens of app {app.letter}",
            script.revoke_all(user, app.letter),
            lambda who: who.post(app_revocation(app.actor.id)),
        )
        if user == app.owner or self._judge.may_have_had_effect(done):
            self.model.all_revoked(app, certain=done and user == app.owner)

    @operation
    def delete(self, *, app: AppState, user: str) -> None:
        """A user deletes an app, or tries to."""
        done = self._steps.manage(
            app,
            user,
            f"deletes app {app.letter}",
            script.delete(user, app.letter),
            lambda who: who.delete(app_deletion(app.actor.id)),
        )
        if user == app.owner or self._judge.may_have_had_effect(done):
            self.model.deleted(app, certain=done and user == app.owner)

    @operation
    def show(self, *, app: AppState, demanded: bool) -> bool:
        """The owner of an app requests it; return whether it exists.

        Args:
            app: The app.
            demanded: Whether it must exist.
        """
        return self._steps.manage(
            app,
            app.owner,
            f"requests app {app.letter}",
            script.show(app.owner, app.letter),
            lambda who: who.get(app_by_id(app.actor.id)),
            demanded=demanded,
        )

    # -- apps -------------------------------------------------------------

    @operation
    def exchange(
        self, *, code: Credential, by: AppState | None = None
    ) -> Credential | None:
        """An app, the code's own by default, exchanges a code."""
        app = by or code.app
        if code.spent or app is not code.app:
            self.model.disturbed(code.consent)
        response = self._steps.present(
            code,
            app,
            f"App {app.letter} exchanges {_name(code, app)}",
            script.exchange(
                app.letter,
                code.number,
                pkce=code.secret.verifier is not None,
            ),
            lambda: app.actor.exchange(code.secret),
        )
        return self._steps.issue(code, app, response, code.consent.scope)

    @operation
    def refresh(
        self,
        *,
        token: Credential,
        scope: tuple[str, ...] | None = None,
        by: AppState | None = None,
    ) -> Credential | None:
        """An app, the token's own by default, uses a refresh token."""
        app, asked = by or token.app, " ".join(scope or ())
        if token.spent or app is not token.app:
            self.model.disturbed(token.consent)
        wide = not set(scope or ()) <= token.consent.scope
        if wide:
            token.sure = False  # no clause says whether it remains valid
        old = Tokens("", token.secret, None, {})
        response = self._steps.present(
            token,
            app,
            f"App {app.letter} uses {_name(token, app)}"
            f"{f' for {asked}' if asked else ''}",
            script.refresh(app.letter, token.number, asked),
            lambda: app.actor.refresh(old, scope=asked or None),
            conclusive=not wide,
        )
        return self._steps.issue(
            token, app, response, scope or token.consent.scope
        )

    @operation
    def revoke(
        self,
        *,
        token: Credential,
        hint: CredentialKind | None,
        by: AppState | None = None,
    ) -> None:
        """An app, the token's own by default, revokes a token."""
        app = by or token.app
        word = hint.replace(" ", "_") if hint else None
        step = self.narration.begin_step(
            f"App {app.letter} revokes {_name(token, app)}"
            f"{f' with the hint {word}' if word else ''}",
            script.revoke(app.letter, token.variable, word),
        )
        response = send_or_stop(
            lambda: app.actor.revoke(token.secret, token_type_hint=word)
        )
        step.outcome = str(response.status_code)
        done, own = response.status_code == 200, app is token.app
        if own or self._judge.may_have_had_effect(done):
            right = hint in {None, token.kind}
            self.model.revoked(token, certain=done and own and right)

    @operation
    def call(self, *, token: Credential, scope: str) -> bool:
        """An app calls the API; return whether it was accepted."""
        probe, app = CHEAP[scope], token.app
        route = f"{probe.method} {probe.path}"
        step = self.narration.begin_step(
            f"App {app.letter} calls {probe.method} {probe.path} with {token}",
            script.call(token.number, probe.method, probe.path),
        )
        response = send_or_stop(
            lambda: app.actor.call(
                token.secret, probe.path, probe.method, **probe.options
            )
        )
        step.outcome = str(response.status_code)
        worked, covered = accepted(response), scope in token.scope
        name = f"{token} of app {app.letter}"
        forbidden = set(token.forbidden)
        if scope not in token.consent.scope:
            forbidden.add(Invariant.SCOPE)
        self._judge.judge(
            response,
            worked,
            forbidden,
            demanded=covered and token.demanded,
            facts=(
                f"{name} gives access to {route}",
                f"{name} gives no access to {route}",
            ),
            condition=script.ACCEPTED,
        )
        if worked and covered:
            token.seen = True
        elif covered and response.status_code == 401 and not app.gone:
            self.model.refused(token)
        return worked

    # -- cross-user and cross-app attempts -------------------------------

    @operation
    def delete_foreign(self, *, app: AppState, by: str, look: int) -> None:
        """A user tries to delete another user's app."""
        self._attempt(app, lambda: self.delete(app=app, user=by), look)

    @operation
    def revoke_all_foreign(self, *, app: AppState, by: str, look: int) -> None:
        """A user tries to revoke all tokens of another user's app."""
        self._attempt(app, lambda: self.revoke_all(app=app, user=by), look)

    @operation
    def revoke_foreign(
        self, *, token: Credential, by: AppState, look: int
    ) -> None:
        """An app tries to revoke another app's token."""
        self._attempt(
            token.app, lambda: self.revoke(token=token, hint=None, by=by), look
        )

    def _attempt(
        self, app: AppState, attempt: Callable[[], object], look: int
    ) -> None:
        if self.focus is not Invariant.ISOLATION:
            attempt()
            return
        afterwards = self._control(app, look)
        attempt()
        if afterwards:
            with self._judge.isolation_demanded():
                afterwards()

    def _control(
        self, app: AppState, look: int
    ) -> Callable[[], object] | None:
        """Return the check to repeat after an attempt, None if none passes."""
        refresh = [t for t in self.model.refresh if _is_sure(t, app)]
        codes = [c for c in self.model.codes if _is_sure(c, app)]
        if look == 1 and refresh and app.refreshes:
            return lambda: self.refresh(token=refresh[-1])
        if look == 2 and codes and app.exchanges:
            return lambda: self.exchange(code=codes[-1])
        for token in reversed(self.model.access if look < 3 else []):
            scopes = sorted(token.scope & token.consent.scope)
            if _is_sure(token, app) and scopes:
                again = partial(self.call, token=token, scope=scopes[0])
                return again if again() else None
        exists = self.show(app=app, demanded=False)
        return partial(self.show, app=app, demanded=True) if exists else None


def _name(credential: Credential, app: AppState) -> str:
    """Return the name of a code or token in a sentence about an app."""
    foreign = app is not credential.app
    again = " again" if credential.spent else ""
    of = f" of app {credential.app.letter}" if foreign else ""
    return f"{credential}{of}{again}"


def _is_sure(credential: Credential, app: AppState) -> bool:
    return credential.app is app and credential.sure

"""What users and apps do in a history, told, judged and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.actors.issued import Code, Tokens, redirect_parameters
from conformance.actors.pkce import Pkce
from conformance.adversary.histories import script
from conformance.adversary.histories.judged import Judged, let_in, sent
from conformance.adversary.histories.operations import act
from conformance.adversary.histories.state import CredentialKind, Invariant
from conformance.catalogue.route_probes import CHEAP
from conformance.routes import app_by_id, app_deletion, app_revocation

if TYPE_CHECKING:
    from conformance.adversary.histories.state import Credential, LivingApp


class History(Judged):
    """One history: the verbs of its users and apps."""

    # -- users ------------------------------------------------------------

    @act
    def register(self, *, user: str, scope: tuple[str, ...]) -> LivingApp:
        """A user registers an app."""
        wide = " ".join(scope)
        actor = sent(lambda: self.users[user].must_register(scope=wide))
        app = self.life.registered(user, scope, actor)
        step = self.tell(
            user,
            f"registers app {app.letter} for {wide}",
            script.register(user, app.letter, wide),
        )
        step.outcome = "done"
        return app

    @act
    def grant(
        self, *, app: LivingApp, user: str, scope: tuple[str, ...], pkce: bool
    ) -> Credential | None:
        """A user consents; None when no code came."""
        pair, asked = Pkce.s256() if pkce else None, " ".join(scope)
        step = self.tell(
            user,
            f"grants app {app.letter} {asked}, with{'' if pkce else 'out'} "
            "PKCE",
            "",
        )
        response = sent(
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
        code = self.life.granted(app, user, scope, secret)
        step.outcome = str(code)
        step.commands = script.authorize(
            user, app.letter, asked, code.number, pkce=pkce
        )
        return code

    @act
    def revoke_all(self, *, app: LivingApp, user: str) -> None:
        """A user revokes all tokens of an app, or tries to."""
        done = self.manage(
            app,
            user,
            f"revokes all tokens of app {app.letter}",
            script.revoke_all(user, app.letter),
            lambda who: who.post(app_revocation(app.actor.id)),
        )
        if user == app.owner or self.touched(done):
            self.life.all_revoked(app, certain=done and user == app.owner)

    @act
    def delete(self, *, app: LivingApp, user: str) -> None:
        """A user deletes an app, or tries to."""
        done = self.manage(
            app,
            user,
            f"deletes app {app.letter}",
            script.delete(user, app.letter),
            lambda who: who.delete(app_deletion(app.actor.id)),
        )
        if user == app.owner or self.touched(done):
            self.life.deleted(app, certain=done and user == app.owner)

    @act
    def show(self, *, app: LivingApp, judged: bool) -> bool:
        """The owner of an app looks at it; tell whether it is there."""
        return self.manage(
            app,
            app.owner,
            f"looks at app {app.letter}",
            script.show(app.owner, app.letter),
            lambda who: who.get(app_by_id(app.actor.id)),
            judged=judged,
        )

    # -- apps -------------------------------------------------------------

    @act
    def exchange(
        self, *, code: Credential, by: LivingApp | None = None
    ) -> Credential | None:
        """An app, the code's own by default, exchanges a code."""
        app = by or code.app
        if code.spent or app is not code.app:
            self.life.disturbed(code.consent)
        response = self.present(
            code,
            app,
            f"App {app.letter} exchanges {self.name(code, app)}",
            script.exchange(
                app.letter,
                code.number,
                pkce=code.secret.verifier is not None,
            ),
            lambda: app.actor.exchange(code.secret),
        )
        return self.took(code, app, response, code.consent.scope)

    @act
    def refresh(
        self,
        *,
        token: Credential,
        scope: tuple[str, ...] | None = None,
        by: LivingApp | None = None,
    ) -> Credential | None:
        """An app, the token's own by default, uses a refresh token."""
        app, asked = by or token.app, " ".join(scope or ())
        if token.spent or app is not token.app:
            self.life.disturbed(token.consent)
        wide = not set(scope or ()) <= token.consent.scope
        if wide:
            token.sure = False  # no clause says what its refusal leaves
        old = Tokens("", token.secret, None, {})
        response = self.present(
            token,
            app,
            f"App {app.letter} uses {self.name(token, app)}"
            f"{f' for {asked}' if asked else ''}",
            script.refresh(app.letter, token.number, asked),
            lambda: app.actor.refresh(old, scope=asked or None),
            learns=not wide,
        )
        return self.took(token, app, response, scope or token.consent.scope)

    @act
    def revoke(
        self,
        *,
        token: Credential,
        hint: CredentialKind | None,
        by: LivingApp | None = None,
    ) -> None:
        """An app, the token's own by default, revokes a token."""
        app = by or token.app
        word = hint.replace(" ", "_") if hint else None
        step = self.telling.tell(
            f"App {app.letter} revokes {self.name(token, app)}"
            f"{f' with the hint {word}' if word else ''}",
            script.revoke(app.letter, token.variable, word),
        )
        response = sent(
            lambda: app.actor.revoke(token.secret, token_type_hint=word)
        )
        step.outcome = str(response.status_code)
        done, own = response.status_code == 200, app is token.app
        if own or self.touched(done):
            right = hint in {None, token.kind}
            self.life.revoked(token, certain=done and own and right)

    @act
    def call(self, *, token: Credential, scope: str) -> bool:
        """An app calls the API; tell whether it was let in."""
        probe, app = CHEAP[scope], token.app
        route = f"{probe.method} {probe.path}"
        step = self.telling.tell(
            f"App {app.letter} calls {probe.method} {probe.path} with {token}",
            script.call(token.number, probe.method, probe.path),
        )
        response = sent(
            lambda: app.actor.call(
                token.secret, probe.path, probe.method, **probe.options
            )
        )
        step.outcome = str(response.status_code)
        came, covered = let_in(response), scope in token.scope
        name = f"{token} of app {app.letter}"
        forbidden = set(token.forbidden)
        if scope not in token.consent.scope:
            forbidden.add(Invariant.SCOPE)
        self.judge(
            response,
            came,
            forbidden,
            demanded=covered and token.demanded,
            facts=(f"{name} opens {route}", f"{name} does not open {route}"),
            condition=script.LET_IN,
        )
        if came and covered:
            token.seen = True
        elif covered and response.status_code == 401 and not app.gone:
            self.life.refused(token)
        return came

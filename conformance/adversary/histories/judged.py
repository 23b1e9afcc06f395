"""A history in which one promise is judged: what came of what was sent."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx

from conformance import expect
from conformance.actors.issued import Tokens
from conformance.adversary.histories import script
from conformance.adversary.histories.model import HistoryModel
from conformance.adversary.histories.state import (
    STRANGER,
    CredentialKind,
    Invariant,
)
from conformance.adversary.hunt import Stop
from conformance.errors import Blocked, TargetError, Unsupported
from conformance.samples.token_requests import granted_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.actors.owner import Owner
    from conformance.adversary.histories.narration import (
        HistoryViolation,
        Narration,
        Step,
    )
    from conformance.adversary.histories.operations import Operation
    from conformance.adversary.histories.state import Credential, LivingApp

NO_GOOD = {"invalid_grant", "invalid_request"}
UNJUDGED = (Blocked, Unsupported, TargetError, httpx.TransportError)


class Judged:
    """One history, in which one promise is judged.

    What breaks another promise is taken as it comes: it is judged where
    that promise is.
    """

    def __init__(
        self,
        users: dict[str, Owner],
        focus: Invariant,
        telling: Narration,
        broken: list[HistoryViolation],
    ) -> None:
        """Begin a history.

        Args:
            users: Who acts, by role.
            focus: The promise that is judged.
            telling: Writes down what happens.
            broken: Takes what breaks the promise.
        """
        self.users = users
        self.focus = focus
        self.telling = telling
        self.life = HistoryModel()
        self.watched = Invariant.UNTOUCHED
        self.acts: list[Operation] = []
        self.acting = False
        self.broken = broken

    def clean_up(self) -> None:
        """Delete the apps; what stays is left to the end of the run."""
        for user in self.users.values():
            with suppress(*UNJUDGED):
                user.clean_up()

    def tell(self, user: str, what: str, commands: str) -> Step:
        """Begin a step of a user's."""
        self.telling.other |= user == STRANGER
        return self.telling.tell(f"The {user} {what}", commands)

    def touched(self, done: bool) -> bool:
        """Tell whether an attempt on what is another's has to be feared.

        Where isolation is judged it must not have touched anything.
        """
        return done and self.focus is not Invariant.ISOLATION

    def name(self, credential: Credential, app: LivingApp) -> str:
        """Return how a sentence about an app names a code or token."""
        foreign = app is not credential.app
        again = " again" if credential.spent else ""
        of = f" of app {credential.app.letter}" if foreign else ""
        return f"{credential}{of}{again}"

    def manage(
        self,
        app: LivingApp,
        user: str,
        what: str,
        commands: str,
        request: Callable[[Owner], httpx.Response],
        *,
        judged: bool = False,
    ) -> bool:
        """A user manages an app; tell whether the server agreed."""
        step = self.tell(user, what, commands)
        response: httpx.Response = sent(lambda: request(self.users[user]))
        step.outcome = str(response.status_code)
        self.judge(
            response,
            response.is_success,
            set(),
            demanded=judged,
            facts=(f"app {app.letter} is there", f"app {app.letter} is gone"),
            condition='[ "$status" = 200 ]',
        )
        return response.is_success

    def present(
        self,
        credential: Credential,
        app: LivingApp,
        sentence: str,
        commands: str,
        request: Callable[[], httpx.Response],
        *,
        learns: bool = True,
    ) -> httpx.Response:
        """Present a code or refresh token, and judge what came."""
        own = app is credential.app
        step = self.telling.tell(sentence, commands)
        response: httpx.Response = sent(request)
        came = _access_token(response)
        step.outcome = str(response.status_code)
        gives = f"{credential} of app {credential.app.letter} gives app "
        gives += app.letter
        self.judge(
            response,
            bool(came),
            credential.forbidden if own else {Invariant.ISOLATION},
            demanded=own and learns and credential.demanded,
            facts=(f"{gives} tokens", f"{gives} nothing"),
            condition=script.TOKENS_CAME,
        )
        error = expect.member(response, "error")
        if own and learns and not app.gone and error in NO_GOOD:
            self.life.refused(credential)
        return response

    def took(
        self,
        source: Credential,
        app: LivingApp,
        response: httpx.Response,
        asked: Iterable[str],
    ) -> Credential | None:
        """Remember the tokens that came; judge their scope."""
        access = _access_token(response)
        if not access or app is not source.app:
            return None
        refresh = expect.member(response, "refresh_token") or ""
        scope = expect.member(response, "scope")
        told = granted_scope(
            Tokens(access, refresh, scope, {}), " ".join(asked)
        )
        took = {CredentialKind.CODE: self.life.exchanged}.get(
            source.kind, self.life.refreshed
        )
        token = took(source, access, refresh, told)
        step = self.telling.steps[-1]
        step.outcome += f", {token} for {' '.join(sorted(told))}"
        self._scope_judged(source, told, response)
        rotated = any(t.number == token.number for t in self.life.refresh)
        step.commands += "\n" + script.take_tokens(
            token.number, rotated=rotated
        )
        return token

    def _scope_judged(
        self, source: Credential, told: set[str], response: httpx.Response
    ) -> None:
        extra = sorted(told - source.consent.scope)
        if self.focus is Invariant.SCOPE:
            self.telling.demand(
                not extra,
                self.focus,
                f"{source} gives tokens for {' '.join(sorted(told))}",
                response,
                violated=script.too_wide(extra[0] if extra else ""),
            )

    def judge(
        self,
        response: httpx.Response,
        came: bool,
        forbidden: set[Invariant],
        *,
        demanded: bool,
        facts: tuple[str, str],
        condition: str,
    ) -> None:
        """Judge by the promise that this history is about.

        Args:
            response: What came.
            came: Whether that is what was asked for.
            forbidden: The promises by which it must not be.
            demanded: Whether it has to be.
            facts: That it is so, and that it is not, in words.
            condition: That it is, for the shell.
        """
        if self.focus in forbidden:
            met, violated = not came, condition
        elif demanded and self.focus is self.watched:
            met, violated = came, f"! {condition}"
        else:
            return
        fact = facts[0] if came else facts[1]
        self.telling.demand(met, self.focus, fact, response, violated=violated)


def let_in(response: httpx.Response) -> bool:
    """Tell whether the API took a token: no 401, no 403, no failure."""
    return response.status_code < 500 and response.status_code not in {
        401,
        403,
    }


def _access_token(response: httpx.Response) -> str:
    token = expect.member(response, "access_token")
    came = response.status_code == 200 and isinstance(token, str)
    return token if came else ""


def sent(request: Callable[[], Any]) -> Any:
    """Send; what keeps a history from going on ends the hunt."""
    try:
        return request()
    except UNJUDGED as error:
        raise Stop(error) from error

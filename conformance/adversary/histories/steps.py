"""Runs the steps of a history: each sends one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from conformance import expect
from conformance.actors.issued import Tokens
from conformance.adversary.histories import script
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
    from conformance.adversary.histories.judge import Judge
    from conformance.adversary.histories.model import HistoryModel
    from conformance.adversary.histories.narration import Narration, Step
    from conformance.adversary.histories.state import AppState, Credential

INVALID = {"invalid_grant", "invalid_request"}
UNJUDGED = (Blocked, Unsupported, TargetError, httpx.TransportError)


class StepRunner:
    """Sends requests as steps; records and judges their responses."""

    def __init__(
        self,
        users: dict[str, Owner],
        model: HistoryModel,
        narration: Narration,
        judge: Judge,
    ) -> None:
        """Set the parts of one history.

        Args:
            users: The users, by role.
            model: The state of each app and credential.
            narration: Holds the steps.
            judge: Judges each response.
        """
        self._users = users
        self._model = model
        self._narration = narration
        self._judge = judge

    def begin(self, user: str, what: str, commands: str) -> Step:
        """Add a step of a user; return it."""
        self._narration.other |= user == STRANGER
        return self._narration.begin_step(f"The {user} {what}", commands)

    def manage(
        self,
        app: AppState,
        user: str,
        what: str,
        commands: str,
        request: Callable[[Owner], httpx.Response],
        *,
        judged: bool = False,
    ) -> bool:
        """Send a user's request about an app; return whether it succeeded."""
        step = self.begin(user, what, commands)
        response: httpx.Response = sent(lambda: request(self._users[user]))
        step.outcome = str(response.status_code)
        self._judge.judge(
            response,
            response.is_success,
            set(),
            demanded=judged,
            facts=(
                f"app {app.letter} exists",
                f"app {app.letter} does not exist",
            ),
            condition='[ "$status" = 200 ]',
        )
        return response.is_success

    def present(
        self,
        credential: Credential,
        app: AppState,
        sentence: str,
        commands: str,
        request: Callable[[], httpx.Response],
        *,
        learns: bool = True,
    ) -> httpx.Response:
        """Present a code or refresh token; return the judged response."""
        own = app is credential.app
        step = self._narration.begin_step(sentence, commands)
        response: httpx.Response = sent(request)
        access = _access_token(response)
        step.outcome = str(response.status_code)
        gives = f"{credential} of app {credential.app.letter} gives app "
        gives += app.letter
        self._judge.judge(
            response,
            bool(access),
            credential.forbidden if own else {Invariant.ISOLATION},
            demanded=own and learns and credential.demanded,
            facts=(f"{gives} tokens", f"{gives} no tokens"),
            condition=script.GOT_TOKENS,
        )
        error = expect.member(response, "error")
        if own and learns and not app.gone and error in INVALID:
            self._model.refused(credential)
        return response

    def issue(
        self,
        source: Credential,
        app: AppState,
        response: httpx.Response,
        asked: Iterable[str],
    ) -> Credential | None:
        """Add issued tokens to the model, and judge their scope.

        Returns:
            The access token; None if none was issued to the app of the code
            or refresh token.
        """
        access = _access_token(response)
        if not access or app is not source.app:
            return None
        refresh = expect.member(response, "refresh_token") or ""
        scope = expect.member(response, "scope")
        granted = granted_scope(
            Tokens(access, refresh, scope, {}), " ".join(asked)
        )
        enter = (
            self._model.exchanged
            if source.kind is CredentialKind.CODE
            else self._model.refreshed
        )
        token = enter(source, access, refresh, granted)
        step = self._narration.steps[-1]
        step.outcome += f", {token} for {' '.join(sorted(granted))}"
        self._judge.judge_scope(source, granted, response)
        rotated = any(t.number == token.number for t in self._model.refresh)
        step.commands += "\n" + script.take_tokens(
            token.number, rotated=rotated
        )
        return token


def accepted(response: httpx.Response) -> bool:
    """Return whether the API accepted a token: no 401, 403 or 5xx."""
    return response.status_code < 500 and response.status_code not in {
        401,
        403,
    }


def _access_token(response: httpx.Response) -> str:
    token = expect.member(response, "access_token")
    issued = response.status_code == 200 and isinstance(token, str)
    return token if issued else ""


def sent(request: Callable[[], Any]) -> Any:
    """Return the response; raise Stop if the history cannot continue."""
    try:
        return request()
    except UNJUDGED as error:
        raise Stop(error) from error

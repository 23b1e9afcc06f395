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

CREDENTIAL_ERRORS = {"invalid_grant", "invalid_request"}
"""Error codes of the token endpoint that reject the presented credential."""

UNJUDGED = (Blocked, Unsupported, TargetError, httpx.TransportError)
"""Exceptions that end a history without a verdict."""


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

    def begin(self, user: str, predicate: str, commands: str) -> Step:
        """Add a step of a user; return it.

        Args:
            user: The user, by role.
            predicate: What the user does, such as ``deletes app A``.
            commands: The shell commands that do it.
        """
        self._narration.second_user |= user == STRANGER
        return self._narration.begin_step(f"The {user} {predicate}", commands)

    def manage(
        self,
        app: AppState,
        user: str,
        predicate: str,
        commands: str,
        request: Callable[[Owner], httpx.Response],
        *,
        demanded: bool = False,
    ) -> bool:
        """Send a user's request about an app; return whether it succeeded.

        Args:
            app: The app.
            user: The user, by role.
            predicate: What the user does, such as ``deletes app A``.
            commands: The shell commands that do it.
            request: Sends the request, given the user.
            demanded: Whether it must succeed, since the app exists. Only
                requests that show the app are judged.
        """
        step = self.begin(user, predicate, commands)
        response: httpx.Response = send_or_stop(
            lambda: request(self._users[user])
        )
        step.outcome = str(response.status_code)
        self._judge.judge(
            response,
            response.is_success,
            set(),
            demanded=demanded,
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
        conclusive: bool = True,
    ) -> httpx.Response:
        """Present a code or refresh token; return the judged response.

        Args:
            credential: The code or refresh token.
            app: The app that presents it, perhaps not its own.
            sentence: The app and what it does, for the narration.
            commands: The shell commands that do it.
            request: Sends the request.
            conclusive: Whether a rejection shows that the credential does
                not work. It does not if the request may be rejected for
                another reason, such as a scope that was not granted.
        """
        own = app is credential.app
        step = self._narration.begin_step(sentence, commands)
        response: httpx.Response = send_or_stop(request)
        access = _access_token(response)
        step.outcome = str(response.status_code)
        gives = f"{credential} of app {credential.app.letter} gives app "
        gives += app.letter
        self._judge.judge(
            response,
            bool(access),
            credential.forbidden if own else {Invariant.ISOLATION},
            demanded=own and conclusive and credential.demanded,
            facts=(f"{gives} tokens", f"{gives} no tokens"),
            condition=script.GOT_TOKENS,
        )
        error = expect.member(response, "error")
        rejected = error in CREDENTIAL_ERRORS
        if own and conclusive and not app.gone and rejected:
            self._model.refused(credential)
        return response

    def issue(
        self,
        source: Credential,
        app: AppState,
        response: httpx.Response,
        requested_scope: Iterable[str],
    ) -> Credential | None:
        """Add issued tokens to the model, and judge their scope.

        Args:
            source: The code or refresh token that was presented.
            app: The app that presented it.
            response: The server's response.
            requested_scope: The scope of the tokens if the response states
                none.

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
            Tokens(access, refresh, scope, {}), " ".join(requested_scope)
        )
        add_tokens = (
            self._model.exchanged
            if source.kind is CredentialKind.CODE
            else self._model.refreshed
        )
        token = add_tokens(source, access, refresh, granted)
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


def send_or_stop(request: Callable[[], Any]) -> Any:
    """Send a request; return what it returns.

    Raises:
        Stop: There is no response to judge, so that the history cannot
            continue.
    """
    try:
        return request()
    except UNJUDGED as error:
        raise Stop(error) from error

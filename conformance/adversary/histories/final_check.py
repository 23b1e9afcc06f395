"""The end of a history: its newest credentials are presented once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.adversary.histories.state import (
    WIDE,
    CredentialKind,
    Invariant,
)

if TYPE_CHECKING:
    from conformance.adversary.histories.history import History
    from conformance.adversary.histories.state import Credential

MOST = 4  # credentials that are presented at the end of a history


def check(history: History) -> None:
    """Present the newest codes and tokens that the invariant concerns.

    Access tokens come first, since a call does not change the state.
    """
    model = history.model
    newest = [*model.access[::-1], *model.refresh[::-1], *model.codes[::-1]]
    concerned = [c for c in newest if _concerned(c, history.focus)]
    for credential in concerned[:MOST]:
        if _concerned(credential, history.focus):
            _present(history, credential)


def _concerned(credential: Credential, focus: Invariant) -> bool:
    if focus is Invariant.UNTOUCHED:
        return credential.demanded
    if focus is Invariant.SCOPE:
        return bool(
            credential.kind is CredentialKind.ACCESS and _beyond(credential)
        )
    return focus in credential.forbidden


def _beyond(token: Credential) -> list[str]:
    """Return the scopes that the user did not grant."""
    return [scope for scope in WIDE if scope not in token.consent.scope]


def _present(history: History, credential: Credential) -> None:
    if credential.kind is CredentialKind.CODE:
        history.exchange(code=credential)
    elif credential.kind is CredentialKind.REFRESH:
        history.refresh(token=credential)
    elif history.focus is Invariant.SCOPE:
        history.call(token=credential, scope=_beyond(credential)[0])
    elif scopes := sorted(credential.scope & credential.consent.scope):
        history.call(token=credential, scope=scopes[0])

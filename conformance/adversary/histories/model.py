"""The model of a history: the state of users, apps, codes and tokens.

It sends no requests. Where a specification leaves a choice to the server, the
model does not guess: the state is no longer ``sure``, and nothing is demanded
of the credential any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.adversary.histories.state import (
    AppState,
    Consent,
    Credential,
    CredentialKind,
    Invariant,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class HistoryModel:
    """The state of one history."""

    def __init__(self) -> None:
        """Start without apps and credentials."""
        self.apps: list[AppState] = []
        self.consents: list[Consent] = []
        self.codes: list[Credential] = []
        self.access: list[Credential] = []
        self.refresh: list[Credential] = []

    @property
    def existing(self) -> list[AppState]:
        """The apps that were not deleted."""
        return [app for app in self.apps if not app.gone]

    @property
    def credentials(self) -> list[Credential]:
        """All codes and tokens that were issued."""
        return [*self.codes, *self.access, *self.refresh]

    @property
    def everything(self) -> list[AppState | Credential]:
        """All apps, codes and tokens so far."""
        return [*self.apps, *self.credentials]

    def registered(
        self, owner: str, scope: tuple[str, ...], actor: Any
    ) -> AppState:
        """Add an app that was registered; return it."""
        letter = chr(ord("A") + len(self.apps))
        self.apps.append(AppState(letter, owner, scope, actor))
        return self.apps[-1]

    def granted(
        self, app: AppState, user: str, scope: tuple[str, ...], code: Any
    ) -> Credential:
        """Add a consent and the code that was issued; return the code."""
        consent = Consent(app, user, frozenset(scope))
        self.consents.append(consent)
        self.codes.append(
            Credential(
                CredentialKind.CODE,
                len(self.codes) + 1,
                consent,
                consent.scope,
                code,
            )
        )
        return self.codes[-1]

    def exchanged(
        self, code: Credential, access: str, refresh: str, scope: set[str]
    ) -> Credential:
        """Add tokens that were issued for a code; return the access token.

        A server may replace older consents of the same user to the same app.
        """
        if not code.spent:
            code.app.exchanges = True
            self._disturb(
                c
                for c in self.consents
                if c is not code.consent and _same(c, code.consent)
            )
        code.spent, code.sure = True, False
        code.ended.add(Invariant.CODE_ONCE)
        return self._issued(code.consent, access, refresh, scope)

    def refreshed(
        self, old: Credential, access: str, refresh: str, scope: set[str]
    ) -> Credential:
        """Add tokens that were issued for a refresh token, which may rotate.

        The server may end the older access tokens, or not.
        """
        old.app.refreshes = True
        for token in self.access:
            token.sure &= token.consent is not old.consent
        if refresh in {"", old.secret}:
            return self._issued(old.consent, access, "", scope)
        old.spent, old.sure = True, False
        return self._issued(old.consent, access, refresh, scope)

    def revoked(self, token: Credential, *, certain: bool) -> None:
        """An app revoked a token; whether others ended is unknown."""
        self.disturbed(token.consent)
        if certain:
            token.ended.add(Invariant.REVOKED)

    def all_revoked(self, app: AppState, *, certain: bool) -> None:
        """All tokens of an app were revoked; its codes may have ended."""
        self._disturb(c for c in self.consents if c.app is app)
        if certain:
            for token in (*self.access, *self.refresh):
                if token.app is app:
                    token.ended.add(Invariant.WITH_APP)

    def deleted(self, app: AppState, *, certain: bool) -> None:
        """An app was deleted, with its codes and tokens."""
        self.all_revoked(app, certain=certain)
        app.gone = certain
        for code in self.codes:
            if certain and code.app is app:
                code.ended.add(Invariant.WITH_APP)

    def refused(self, credential: Credential) -> None:
        """The server rejected a credential of the app that presented it."""
        credential.refused, credential.sure = True, False

    def disturbed(self, consent: Consent) -> None:
        """A consent may have ended.

        All consents of the user to the app are concerned: some servers store
        one authorization for each user and app.
        """
        self._disturb(c for c in self.consents if _same(c, consent))

    def _disturb(self, consents: Iterable[Consent]) -> None:
        concerned = set(consents)
        for consent in concerned:
            consent.disturbed = True
        for credential in self.credentials:
            credential.sure &= credential.consent not in concerned

    def _issued(
        self, consent: Consent, access: str, refresh: str, scope: set[str]
    ) -> Credential:
        number, sure = len(self.access) + 1, not consent.disturbed
        granted = frozenset(scope)
        self.access.append(
            Credential(
                CredentialKind.ACCESS, number, consent, granted, access, sure
            )
        )
        if refresh:
            self.refresh.append(
                Credential(
                    CredentialKind.REFRESH,
                    number,
                    consent,
                    granted,
                    refresh,
                    sure,
                )
            )
        return self.access[-1]


def _same(one: Consent, other: Consent) -> bool:
    """Return whether two consents are of the same user to the same app."""
    return one.app is other.app and one.user == other.user

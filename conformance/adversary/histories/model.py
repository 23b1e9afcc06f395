"""What users, apps, codes and tokens have been through: the model.

Nothing here speaks HTTP. Where a specification leaves a server free, the
model does not guess: what it cannot know is no longer ``sure``, and is
judged neither way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.adversary.histories.state import (
    Consent,
    Credential,
    CredentialKind,
    Invariant,
    LivingApp,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class HistoryModel:
    """The state of one history."""

    def __init__(self) -> None:
        """Start without apps and credentials."""
        self.apps: list[LivingApp] = []
        self.consents: list[Consent] = []
        self.codes: list[Credential] = []
        self.access: list[Credential] = []
        self.refresh: list[Credential] = []

    @property
    def living(self) -> list[LivingApp]:
        """The apps that were not deleted."""
        return [app for app in self.apps if not app.gone]

    @property
    def credentials(self) -> list[Credential]:
        """Everything that was issued."""
        return [*self.codes, *self.access, *self.refresh]

    @property
    def everything(self) -> list[LivingApp | Credential]:
        """All that was made so far."""
        return [*self.apps, *self.credentials]

    def registered(
        self, owner: str, scope: tuple[str, ...], actor: Any
    ) -> LivingApp:
        """An app was registered."""
        letter = chr(ord("A") + len(self.apps))
        self.apps.append(LivingApp(letter, owner, scope, actor))
        return self.apps[-1]

    def granted(
        self, app: LivingApp, user: str, scope: tuple[str, ...], code: Any
    ) -> Credential:
        """A user consented, and a code was issued."""
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
        self, code: Credential, access: str, refresh: str, told: set[str]
    ) -> Credential:
        """Tokens were issued for a code.

        A server may let a new consent take the place of the ones that the
        same user gave the same app before.
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
        return self._issued(code.consent, access, refresh, told)

    def refreshed(
        self, old: Credential, access: str, refresh: str, told: set[str]
    ) -> Credential:
        """Tokens were issued for a refresh token, which may rotate.

        Whether that ends the access tokens before is the server's choice.
        """
        old.app.refreshes = True
        for token in self.access:
            token.sure &= token.consent is not old.consent
        if refresh in {"", old.secret}:
            return self._issued(old.consent, access, "", told)
        old.spent, old.sure = True, False
        return self._issued(old.consent, access, refresh, told)

    def revoked(self, token: Credential, *, certain: bool) -> None:
        """An app revoked a token; what else that ends is not known."""
        self.disturbed(token.consent)
        if certain:
            token.ended.add(Invariant.REVOKED)

    def all_revoked(self, app: LivingApp, *, certain: bool) -> None:
        """All tokens of an app were revoked; of codes nothing is said."""
        self._disturb(c for c in self.consents if c.app is app)
        if certain:
            for token in (*self.access, *self.refresh):
                if token.app is app:
                    token.ended.add(Invariant.WITH_APP)

    def deleted(self, app: LivingApp, *, certain: bool) -> None:
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
        """Something happened that may end what a user gave an app.

        Some servers keep one authorization for each user and app, so all
        consents of both are concerned.
        """
        self._disturb(c for c in self.consents if _same(c, consent))

    def _disturb(self, consents: Iterable[Consent]) -> None:
        concerned = set(consents)
        for consent in concerned:
            consent.disturbed = True
        for credential in self.credentials:
            credential.sure &= credential.consent not in concerned

    def _issued(
        self, consent: Consent, access: str, refresh: str, told: set[str]
    ) -> Credential:
        number, sure = len(self.access) + 1, not consent.disturbed
        scope = frozenset(told)
        self.access.append(
            Credential(
                CredentialKind.ACCESS, number, consent, scope, access, sure
            )
        )
        if refresh:
            self.refresh.append(
                Credential(
                    CredentialKind.REFRESH,
                    number,
                    consent,
                    scope,
                    refresh,
                    sure,
                )
            )
        return self.access[-1]


def _same(one: Consent, other: Consent) -> bool:
    """Tell whether two consents are of one user to one app."""
    return one.app is other.app and one.user == other.user

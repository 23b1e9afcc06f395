"""Faults of the isolation of users: codes, tokens, secrets, profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request
from sqlalchemy import exists, func, select

from conformance.faults import fault
from conformance.faults.json_responses import AUTHORIZE, PROFILE
from conformance.reference.api.account_api import profile_of
from conformance.reference.api.responses import success
from conformance.reference.protect import Caller
from conformance.reference.storage.models import (
    Account,
    AuthorizationGrant,
    RegisteredApp,
    Token,
    hashed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import AuthorizationCode


def _two_owners(grant: AuthorizationGrant, app: RegisteredApp) -> bool:
    """Whether an app belongs to another user than a grant's app."""
    return grant.app.user_id != app.user_id


@fault(violates="fittrackee/api-oauth2/isolation-code")
def code_for_another_users_app(server: ReferenceServer) -> None:
    """Apps of other users can exchange a code."""

    def lax(code: AuthorizationCode, app: RegisteredApp) -> bool:
        return _two_owners(code.grant, app) or belongs(code, app)

    belongs = server.replace("code_belongs_to", lax)


@fault(violates="fittrackee/api-oauth2/isolation-refresh")
def refresh_token_for_another_users_app(server: ReferenceServer) -> None:
    """Apps of other users can use a refresh token."""

    def lax(token: Token, app: RegisteredApp) -> bool:
        return _two_owners(token.grant, app) or belongs(token, app)

    belongs = server.replace("refresh_token_belongs_to", lax)


@fault(violates="fittrackee/api-oauth2/isolation-revoke")
def token_revoked_by_another_users_app(server: ReferenceServer) -> None:
    """Apps of other users can revoke a token."""

    def lax(token: Token, app: RegisteredApp) -> bool:
        return _two_owners(token.grant, app) or belongs(token, app)

    belongs = server.replace("revocable_by", lax)


@fault(violates="fittrackee/api-oauth2/isolation-secret")
def any_secret_will_do(server: ReferenceServer) -> None:
    """The secret of another user's app authenticates an app."""

    def lax(app: RegisteredApp, secret: str) -> bool:
        of_another = select(
            exists().where(
                RegisteredApp.secret_hash == hashed(secret),
                RegisteredApp.user_id != app.user_id,
            )
        )
        session = server.database.session
        return bool(matches(app, secret) or session.scalar(of_another))

    matches = server.replace("secret_matches", lax)


# -- whose data -----------------------------------------------------------


def _profile_of(
    server: ReferenceServer, choose: Callable[[Caller], Account | None]
) -> None:
    """Return another user's profile to apps, when ``choose`` returns one."""

    def wrapper(view: Callable[..., Response]) -> Callable[..., Response]:
        def chosen(server: ReferenceServer, caller: Caller) -> Response:
            user = choose(caller) if caller.token else None
            if user is None:
                return view(server, caller)
            return success(data=profile_of(server, user))

        return chosen

    server.wrap(PROFILE, wrapper)


def _app_owner(server: ReferenceServer, token: Token) -> Account | None:
    """Return the user who registered a token's app."""
    session = server.database.session
    return session.get(Account, token.grant.app.user_id)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-profile",
        "fittrackee/api-oauth2/isolation-authorize-as",
    ]
)
def token_stands_for_the_apps_owner(server: ReferenceServer) -> None:
    """A token reads the profile of the app's owner."""
    _profile_of(
        server,
        lambda caller: caller.token and _app_owner(server, caller.token),
    )


@fault(violates="fittrackee/api-oauth2/isolation-profile")
def parameter_chooses_the_profile(server: ReferenceServer) -> None:
    """A query parameter chooses whose profile a token reads."""

    def choose(_caller: Caller) -> Account | None:
        requested = request.args.get("username", "")
        query = select(Account).where(Account.username == requested)
        return server.database.session.scalars(query).one_or_none()

    _profile_of(server, choose)


@fault(violates="fittrackee/api-oauth2/isolation-refreshed-profile")
def refreshed_token_changes_hands(server: ReferenceServer) -> None:
    """A refreshed token reads the profile of the app's owner."""

    def choose(caller: Caller) -> Account | None:
        token = caller.token
        assert token is not None  # noqa: S101 - only apps get here
        family = select(func.count()).where(Token.grant_id == token.grant_id)
        count = server.database.session.scalar(family) or 0
        return _app_owner(server, token) if count > 1 else None

    _profile_of(server, choose)


@fault(violates="fittrackee/api-oauth2/isolation-tokens-of-two-users")
def revocation_ends_everybodys_tokens(server: ReferenceServer) -> None:
    """Revoking a token revokes those of all the app's users."""
    server.replace(
        "revoke",
        lambda token, _presented: server.rules.end_grants_of(token.grant.app),
    )


@fault(violates="fittrackee/api-oauth2/isolation-authorize-as")
def consent_in_a_named_users_name(server: ReferenceServer) -> None:
    """A form parameter chooses the user who consents."""

    def wrapper(view: Callable[..., Response]) -> Callable[..., Response]:
        def consenting(server: ReferenceServer, caller: Caller) -> Response:
            requested = request.form.get("username", "")
            query = select(Account).where(Account.username == requested)
            user = server.database.session.scalars(query).one_or_none()
            return view(server, Caller(user) if user else caller)

        return consenting

    server.wrap(AUTHORIZE, wrapper)


@fault(violates="fittrackee/api-oauth2/isolation-mixed-credentials")
def session_wins_over_the_token(server: ReferenceServer) -> None:
    """A session cookie takes precedence over an access token."""
    server.replace("cookie_accepted", lambda _asked: True)

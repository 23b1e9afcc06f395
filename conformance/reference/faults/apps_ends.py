"""Ways to end too little or too much with an app, or with its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, make_response, request
from sqlalchemy import update

from conformance.reference.answers import success
from conformance.reference.apps_api import own_app
from conformance.reference.faults import fault
from conformance.reference.faults.answering import (
    DELETE,
    REVOKE_ALL,
    rewrite,
)
from conformance.reference.models import App, AuthorizationGrant, Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.protect import Caller

AUTHORIZE_PATH = "/api/oauth/authorize"


def _hide_instead_of_deleting(server: ReferenceServer, spared: str) -> None:
    """Make a deleted app as good as gone, but for one thing.

    Args:
        server: The server to break.
        spared: What goes on: ``listing``, ``consent``, ``codes``,
            ``access`` or ``refresh``.
    """
    gone: set[int] = set()
    rules = server.rules

    def hide(view: Callable[..., Response]) -> Callable[..., Response]:
        del view

        def hiding(
            server: ReferenceServer, caller: Caller, client_id: int
        ) -> Response:
            app = own_app(server, caller, id=client_id)
            gone.add(app.id)
            return make_response("", 204)

        return hiding

    def over(part: str, app_id: int) -> bool:
        return app_id in gone and part != spared

    def find(client_id: str) -> App | None:
        app: App | None = found(client_id)
        consent = request.path == AUTHORIZE_PATH
        dead = app and consent and over("consent", app.id)
        return None if dead else app

    server.wrap(DELETE, hide)
    found = server.replace("find_app", find)
    if spared != "listing":
        own = rules.apps_of
        server.replace(
            "apps_of", lambda user: own(user).where(App.id.not_in(gone))
        )
    expired = server.replace(
        "code_expired",
        lambda code: over("codes", code.grant.app_id) or expired(code),
    )
    revoked = server.replace(
        "access_token_revoked",
        lambda token: over("access", token.grant.app_id) or revoked(token),
    )
    ended = server.replace(
        "refresh_token_expired",
        lambda token: over("refresh", token.grant.app_id) or ended(token),
    )


@fault(violates="fittrackee/api-oauth2/deleted-app-is-gone")
def deleted_app_stays_listed(server: ReferenceServer) -> None:
    """A deleted app no longer works and is still shown."""
    _hide_instead_of_deleting(server, "listing")


@fault(violates="fittrackee/api-oauth2/delete-ends-credentials")
def deleted_app_is_authorized(server: ReferenceServer) -> None:
    """A deleted app is no longer shown and still gets codes."""
    _hide_instead_of_deleting(server, "consent")


@fault(violates="fittrackee/api-oauth2/delete-ends-codes")
def codes_outlive_their_app(server: ReferenceServer) -> None:
    """A code is exchanged after the deletion of its app."""
    _hide_instead_of_deleting(server, "codes")


@fault(violates="fittrackee/api-oauth2/delete-ends-access-tokens")
def access_tokens_outlive_their_app(server: ReferenceServer) -> None:
    """Access tokens are good after the deletion of their app."""
    _hide_instead_of_deleting(server, "access")


@fault(violates="fittrackee/api-oauth2/delete-ends-refresh-tokens")
def refresh_tokens_outlive_their_app(server: ReferenceServer) -> None:
    """Refresh tokens are good after the deletion of their app."""
    _hide_instead_of_deleting(server, "refresh")


@fault(
    violates=[
        "fittrackee/api-oauth2/delete-ends-access-tokens",
        "fittrackee/api-oauth2/delete-ends-refresh-tokens",
    ]
)
def others_tokens_outlive_their_app(server: ReferenceServer) -> None:
    """The deletion of an app ends the tokens of its owner only."""
    _hide_instead_of_deleting(server, "")

    def others(token: Token) -> bool:
        return token.grant.user_id != token.grant.app.user_id

    revoked = server.replace(
        "access_token_revoked",
        lambda token: not others(token) and revoked(token),
    )
    ended = server.replace(
        "refresh_token_expired",
        lambda token: not others(token) and ended(token),
    )


@fault(violates="fittrackee/api-oauth2/delete-204")
def deletion_answers_200(server: ReferenceServer) -> None:
    """The deletion of an app is answered with 200."""

    def answer_200(response: Response) -> Response | None:
        return success() if response.status_code == 204 else None

    server.after(DELETE, answer_200)


def _end_grants(server: ReferenceServer, *where: Any) -> None:
    """End the grants that some conditions choose."""
    session = server.database.session
    statement = update(AuthorizationGrant).where(*where)
    session.execute(statement.values(ended_at=server.rules.now()))
    session.commit()


@fault(violates="fittrackee/api-oauth2/delete-spares-other-apps")
def deletion_ends_all_of_the_owner(server: ReferenceServer) -> None:
    """The deletion of an app ends everything that its owner granted."""

    def wrapper(view: Callable[..., Response]) -> Callable[..., Response]:
        def ending(
            server: ReferenceServer, caller: Caller, client_id: int
        ) -> Response:
            user_id = caller.account.id
            response = view(server, caller, client_id=client_id)
            _end_grants(server, AuthorizationGrant.user_id == user_id)
            return response

        return ending

    server.wrap(DELETE, wrapper)


# -- revoking all tokens of an app ----------------------------------------


@fault(violates="fittrackee/api-oauth2/revoke-all-answer")
def revoke_all_answers_nothing(server: ReferenceServer) -> None:
    """Revoking all tokens of an app is answered with an empty object."""
    rewrite(server, REVOKE_ALL, lambda body: body.clear())


def _update_tokens(server: ReferenceServer, app: App, **values: Any) -> None:
    """Change all tokens of an app."""
    grants = AuthorizationGrant.__table__
    concerned = Token.grant_id.in_(
        grants.select()
        .with_only_columns(grants.c.id)
        .where(grants.c.app_id == app.id)
    )
    statement = update(Token).where(concerned).values(**values)
    server.database.session.execute(
        statement, execution_options={"synchronize_session": False}
    )


@fault(violates="fittrackee/api-oauth2/revoke-all-ends-access-tokens")
def revoke_all_forgets_access_tokens(server: ReferenceServer) -> None:
    """Revoking all tokens of an app leaves the access tokens good."""
    server.replace(
        "end_grants_of",
        lambda app: _update_tokens(
            server, app, refreshed_at=server.rules.now()
        ),
    )


@fault(violates="fittrackee/api-oauth2/revoke-all-ends-refresh-tokens")
def revoke_all_forgets_refresh_tokens(server: ReferenceServer) -> None:
    """Revoking all tokens of an app leaves the refresh tokens good."""
    server.replace(
        "end_grants_of",
        lambda app: _update_tokens(server, app, revoked_at=server.rules.now()),
    )


@fault(
    violates=[
        "fittrackee/api-oauth2/revoke-all-ends-access-tokens",
        "fittrackee/api-oauth2/revoke-all-ends-refresh-tokens",
    ]
)
def revoke_all_spares_other_users(server: ReferenceServer) -> None:
    """Revoking all tokens of an app ends those of its owner only."""
    server.replace(
        "end_grants_of",
        lambda app: _end_grants(
            server,
            AuthorizationGrant.app_id == app.id,
            AuthorizationGrant.user_id == app.user_id,
        ),
    )


@fault(violates="fittrackee/api-oauth2/revoke-all-spares-other-apps")
def revoke_all_ends_all_of_the_owner(server: ReferenceServer) -> None:
    """Revoking all tokens of an app ends what its owner gave others."""

    def end_all(app: App) -> None:
        _end_grants(server, AuthorizationGrant.user_id == app.user_id)
        end(app)

    end = server.replace("end_grants_of", end_all)


@fault(violates="fittrackee/api-oauth2/revoke-all-keeps-app")
def revoke_all_locks_the_app(server: ReferenceServer) -> None:
    """An app whose tokens were revoked cannot be authorized again."""
    locked: set[str] = set()

    def end_and_lock(app: App) -> None:
        locked.add(app.client_id)
        end(app)

    def find(client_id: str) -> App | None:
        consent = request.path == AUTHORIZE_PATH
        app: App | None = found(client_id)
        return None if consent and client_id in locked else app

    end = server.replace("end_grants_of", end_and_lock)
    found = server.replace("find_app", find)

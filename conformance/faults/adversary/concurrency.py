"""Ways to be wrong that show only when requests come at the same moment.

Each opens a gap between two steps that the reference takes in one: work
done so far is committed, which gives up its locks, and time passes before
the rest. One request after the other finds nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flask import Response, g, make_response
from sqlalchemy import select, update

from conformance.faults import fault
from conformance.faults.answering import DELETE, PROFILE, REVOKE_ALL
from conformance.reference.api.apps_api import own_app
from conformance.reference.api.responses import success
from conformance.reference.storage.models import (
    AuthorizationGrant,
    RegisteredApp,
    Token,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference import ReferenceServer
    from conformance.reference.protect import Caller
    from conformance.reference.storage.models import AuthorizationCode

GAP = 0.05  # seconds: long enough for a request that came a moment later


def _leave_a_gap(server: ReferenceServer) -> None:
    """Commit, and go on after a while with what was read before."""
    session = server.database.session
    session.expire_on_commit = False
    session.commit()
    time.sleep(GAP)


def _crash_when_late(server: ReferenceServer, rule: str) -> None:
    """Make whoever is too late to spend something crash."""

    def spend(secret: AuthorizationCode | Token) -> bool:
        _leave_a_gap(server)
        if not spent(secret):
            raise RuntimeError("it was there a moment ago")
        return True

    spent = server.replace(rule, spend)


# -- winning more than once ----------------------------------------------


@fault(violates="rfc6749/4.1.2/code-single-use-at-once")
def code_is_spent_after_a_gap(server: ReferenceServer) -> None:
    """Between the check of a code and its end others get tokens for it."""

    def spend(code: AuthorizationCode) -> bool:
        _leave_a_gap(server)
        spent(code)
        return True

    spent = server.replace("spend_code", spend)


@fault(violates="robustness/rotation-at-once")
def refresh_token_is_spent_after_a_gap(server: ReferenceServer) -> None:
    """Between the check of a refresh token and its end others use it."""

    def spend(token: Token) -> bool:
        _leave_a_gap(server)
        spent(token)
        return True

    spent = server.replace("spend_refresh_token", spend)
    # Else the slowest request would end what the others won.
    server.replace("refresh_token_replayed", lambda _token: None)


@fault(violates="fittrackee/api-oauth2/isolation-at-once")
def exchanges_share_a_variable(server: ReferenceServer) -> None:
    """Who exchanges a code gets what the latest exchange is about."""
    latest: list[int] = []
    keep = server.code_grant.store_token

    def keep_latest(self: Any, token: dict[str, Any], grant_id: int) -> None:
        latest[:] = [grant_id]
        _leave_a_gap(server)
        keep(self, token, latest[0])

    server.code_grant.store_token = keep_latest


# -- outliving the end ---------------------------------------------------


def _end_what_was_found(
    server: ReferenceServer,
    endpoint: str,
    finish: Callable[[int], Response],
) -> None:
    """End an app's tokens one by one: those that were there at the start.

    Args:
        server: The server to break.
        endpoint: What ends them.
        finish: Called with the app's number when they have ended.
    """
    dead: set[str] = set()  # numbers of tokens come back

    def ending(
        server: ReferenceServer, caller: Caller, client_id: int
    ) -> Response:
        app_id = own_app(server, caller, id=client_id).id
        tokens = select(Token.access_hash).join(AuthorizationGrant)
        found = server.database.session.scalars(
            tokens.where(AuthorizationGrant.app_id == app_id)
        ).all()
        _leave_a_gap(server)
        dead.update(found)
        return finish(app_id)

    server.wrap(endpoint, lambda _view: ending)
    revoked = server.replace(
        "access_token_revoked",
        lambda token: token.access_hash in dead or revoked(token),
    )
    expired = server.replace(
        "refresh_token_expired",
        lambda token: token.access_hash in dead or expired(token),
    )


@fault(violates="fittrackee/api-oauth2/revoke-all-at-once")
def revocation_of_all_takes_its_time(server: ReferenceServer) -> None:
    """Tokens refreshed while all of an app are being revoked live on."""
    _end_what_was_found(server, REVOKE_ALL, lambda _app_id: success())


@fault(violates="fittrackee/api-oauth2/delete-at-once")
def deletion_takes_its_time(server: ReferenceServer) -> None:
    """Access tokens issued while their app is being deleted live on."""
    gone: set[int] = set()

    def finish(app_id: int) -> Response:
        gone.add(app_id)
        return make_response("", 204)

    def find(client_id: str) -> RegisteredApp | None:
        app: RegisteredApp | None = found(client_id)
        return None if app and app.id in gone else app

    _end_what_was_found(server, DELETE, finish)
    found = server.replace("find_app", find)
    own = server.rules.apps_of
    server.replace(
        "apps_of", lambda user: own(user).where(RegisteredApp.id.not_in(gone))
    )


@fault(violates="rfc7009/2.1/revoked-while-used")
def use_writes_the_grant_back(server: ReferenceServer) -> None:
    """A call of the API stores what it read before, a revocation undone."""

    def remember(token: Token) -> bool:
        if token.grant.ended_at is None:
            g.grant_in_use = token.grant_id
        return bool(revoked(token))

    def write_back(_response: Response) -> None:
        if grant_id := g.pop("grant_in_use", None):
            time.sleep(GAP)
            with server.database.open() as session:
                session.execute(_unended(grant_id))
                session.commit()

    revoked = server.replace("access_token_revoked", remember)
    server.after(PROFILE, write_back)


@fault(
    violates=[
        "rfc7009/2.1/revoked-while-refreshed",
        "fittrackee/api-oauth2/revoke-all-at-once",
    ]
)
def refresh_writes_the_grant_back(server: ReferenceServer) -> None:
    """A refresh stores what it read before, a revocation undone."""

    def spend(token: Token) -> bool:
        grant_id = token.grant_id
        _leave_a_gap(server)
        won = bool(spent(token))
        if won:
            server.database.session.execute(_unended(grant_id))
        return won

    spent = server.replace("spend_refresh_token", spend)


def _unended(grant_id: int) -> Any:
    statement = update(AuthorizationGrant).values(ended_at=None)
    return statement.where(AuthorizationGrant.id == grant_id)


# -- losing badly --------------------------------------------------------


@fault(violates="robustness/token-race-survives")
def late_exchange_crashes(server: ReferenceServer) -> None:
    """Whoever is not the first to exchange a code meets a crash."""
    _crash_when_late(server, "spend_code")


@fault(violates="robustness/token-race-survives")
def late_refresh_crashes(server: ReferenceServer) -> None:
    """Whoever is not the first to use a refresh token meets a crash."""
    _crash_when_late(server, "spend_refresh_token")


@fault(violates="robustness/app-race-survives")
def exchange_crashes_when_its_app_goes(server: ReferenceServer) -> None:
    """An exchange meets a crash when its app is deleted meanwhile."""

    def hold(grant_id: int) -> None:
        _leave_a_gap(server)
        server.database.session.expire_all()  # the code may be gone
        held(grant_id)

    held = server.replace("hold_grant", hold)


@fault(violates="robustness/app-race-survives")
def late_deletion_crashes(server: ReferenceServer) -> None:
    """Whoever is not the first to delete an app meets a crash."""

    def wrapper(view: Callable[..., Response]) -> Callable[..., Response]:
        def delete(
            server: ReferenceServer, caller: Caller, client_id: int
        ) -> Response:
            app = own_app(server, caller, id=client_id)
            _leave_a_gap(server)
            server.database.session.refresh(app)  # it may be gone
            return view(server, caller, client_id=client_id)

        return delete

    server.wrap(DELETE, wrapper)

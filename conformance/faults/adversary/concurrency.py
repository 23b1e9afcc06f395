"""Faults with a race condition, which only concurrent requests reveal.

Each opens a gap in what the reference does atomically: the transaction so far
is committed, which releases its locks, and time passes before the rest.
Sequential requests reveal nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from flask import Response, g, make_response
from sqlalchemy import select, update

from conformance.faults import fault
from conformance.faults.json_responses import DELETE, PROFILE, REVOKE_ALL
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

GAP = 0.05  # seconds: long enough for a concurrent request to overlap


def _leave_a_gap(server: ReferenceServer) -> None:
    """Commit, wait, and continue with the values read before."""
    session = server.database.session
    session.expire_on_commit = False
    session.commit()
    time.sleep(GAP)


def _crash_when_late(server: ReferenceServer, rule: str) -> None:
    """Raise an error in a request that loses the race for a secret."""

    def spend(secret: AuthorizationCode | Token) -> bool:
        _leave_a_gap(server)
        if not spent(secret):
            raise RuntimeError("it was there a moment ago")
        return True

    spent = server.replace(rule, spend)


# -- more than one request succeeds --------------------------------------


@fault(violates="rfc6749/4.1.2/code-single-use-at-once")
def code_is_spent_after_a_gap(server: ReferenceServer) -> None:
    """Concurrent exchanges of one code all succeed (race condition)."""

    def spend(code: AuthorizationCode) -> bool:
        _leave_a_gap(server)
        spent(code)
        return True

    spent = server.replace("spend_code", spend)


@fault(violates="robustness/rotation-at-once")
def refresh_token_is_spent_after_a_gap(server: ReferenceServer) -> None:
    """Concurrent uses of one refresh token all succeed (race condition)."""

    def spend(token: Token) -> bool:
        _leave_a_gap(server)
        spent(token)
        return True

    spent = server.replace("spend_refresh_token", spend)
    # Otherwise the slowest request would revoke the others' tokens.
    server.replace("refresh_token_replayed", lambda _token: None)


@fault(violates="fittrackee/api-oauth2/isolation-at-once")
def exchanges_share_a_variable(server: ReferenceServer) -> None:
    """Concurrent exchanges get each other's grant (race condition)."""
    latest: list[int] = []
    keep = server.code_grant.store_token

    def keep_latest(self: Any, token: dict[str, Any], grant_id: int) -> None:
        latest[:] = [grant_id]
        _leave_a_gap(server)
        keep(self, token, latest[0])

    server.code_grant.store_token = keep_latest


# -- a token survives its revocation -------------------------------------


def _revoke_existing_only(
    server: ReferenceServer,
    endpoint: str,
    finish: Callable[[int], Response],
) -> None:
    """Revoke only the tokens that an app has when the request starts.

    Args:
        server: The server to break.
        endpoint: The endpoint that revokes them.
        finish: Called with the app's number afterwards.
    """
    dead: set[str] = set()  # hashes, since ids of tokens are reused

    def ending(
        server: ReferenceServer, caller: Caller, client_id: int
    ) -> Response:
        app_id = own_app(server, caller, id=client_id).id
        tokens = select(Token.access_hash).join(AuthorizationGrant)
        hashes = server.database.session.scalars(
            tokens.where(AuthorizationGrant.app_id == app_id)
        ).all()
        _leave_a_gap(server)
        dead.update(hashes)
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
    """Tokens refreshed during a revocation of all stay valid (race)."""
    _revoke_existing_only(server, REVOKE_ALL, lambda _app_id: success())


@fault(violates="fittrackee/api-oauth2/delete-at-once")
def deletion_takes_its_time(server: ReferenceServer) -> None:
    """Tokens issued during their app's deletion stay valid (race)."""
    gone: set[int] = set()

    def finish(app_id: int) -> Response:
        gone.add(app_id)
        return make_response("", 204)

    def find(client_id: str) -> RegisteredApp | None:
        app: RegisteredApp | None = find_app(client_id)
        return None if app and app.id in gone else app

    _revoke_existing_only(server, DELETE, finish)
    find_app = server.replace("find_app", find)
    own = server.rules.apps_of
    server.replace(
        "apps_of", lambda user: own(user).where(RegisteredApp.id.not_in(gone))
    )


@fault(violates="rfc7009/2.1/revoked-while-used")
def use_writes_the_grant_back(server: ReferenceServer) -> None:
    """A concurrent API call undoes a revocation (race condition)."""

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
    """A concurrent refresh undoes a revocation (race condition)."""

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


# -- the losing request crashes ------------------------------------------


@fault(violates="robustness/token-race-survives")
def late_exchange_crashes(server: ReferenceServer) -> None:
    """Concurrent exchanges of a code cause a server error (race)."""
    _crash_when_late(server, "spend_code")


@fault(violates="robustness/token-race-survives")
def late_refresh_crashes(server: ReferenceServer) -> None:
    """Concurrent uses of a refresh token cause a server error (race)."""
    _crash_when_late(server, "spend_refresh_token")


@fault(violates="robustness/app-race-survives")
def exchange_crashes_when_its_app_goes(server: ReferenceServer) -> None:
    """Deleting the app during an exchange causes a server error (race)."""

    def hold(grant_id: int) -> None:
        _leave_a_gap(server)
        server.database.session.expire_all()  # the code may be gone
        held(grant_id)

    held = server.replace("hold_grant", hold)


@fault(violates="robustness/app-race-survives")
def late_deletion_crashes(server: ReferenceServer) -> None:
    """Concurrent deletions of an app cause a server error (race)."""

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

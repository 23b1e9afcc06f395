"""Faults of the isolation of users: another user's apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request
from sqlalchemy import select

from conformance.faults import fault
from conformance.faults.json_responses import (
    DELETE,
    LIST,
    REVOKE_ALL,
    SHOW,
    SHOW_BY_NUMBER,
)
from conformance.reference.api.responses import error
from conformance.reference.storage.models import (
    Account,
    AuthorizationGrant,
    RegisteredApp,
)

if TYPE_CHECKING:
    from sqlalchemy import Select

    from conformance.reference import ReferenceServer


# -- apps -----------------------------------------------------------------


def _of_everybody(server: ReferenceServer, endpoint: str) -> None:
    """Make one endpoint work on the apps of all users."""

    def lax(user: Account) -> Select[Any]:
        query: Select[Any] = own(user)
        return select(RegisteredApp) if request.endpoint == endpoint else query

    own = server.replace("apps_of", lax)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-list",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def list_of_all_apps(server: ReferenceServer) -> None:
    """The list of apps shows the apps of all users."""
    _of_everybody(server, LIST)


@fault(violates="fittrackee/api-oauth2/isolation-list")
def list_of_the_user_in_the_query(server: ReferenceServer) -> None:
    """A query parameter chooses the user whose apps are listed."""

    def lax(user: Account) -> Select[Any]:
        requested = request.args.get("username")
        query: Select[Any] = own(user)
        if request.endpoint != LIST or not requested:
            return query
        users = select(Account.id).where(Account.username == requested)
        return select(RegisteredApp).where(RegisteredApp.user_id.in_(users))

    own = server.replace("apps_of", lax)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-by-client-id",
        "fittrackee/api-oauth2/isolation-no-oracle",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def any_app_is_shown_by_client_id(server: ReferenceServer) -> None:
    """Any user can read any app by its client id."""
    _of_everybody(server, SHOW)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-by-number",
        "fittrackee/api-oauth2/isolation-no-oracle",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def any_app_is_shown_by_number(server: ReferenceServer) -> None:
    """Any user can read any app by its number."""
    _of_everybody(server, SHOW_BY_NUMBER)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-delete",
        "fittrackee/api-oauth2/isolation-no-oracle",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def any_app_is_deleted(server: ReferenceServer) -> None:
    """Any user can delete any app."""
    _of_everybody(server, DELETE)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-revoke-all",
        "fittrackee/api-oauth2/isolation-no-oracle",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def any_apps_tokens_are_revoked(server: ReferenceServer) -> None:
    """Any user can revoke all tokens of any app."""
    _of_everybody(server, REVOKE_ALL)


@fault(violates="fittrackee/api-oauth2/isolation-consenting-user")
def consenting_user_deletes_the_app(server: ReferenceServer) -> None:
    """A user who consented to an app can delete it."""

    def lax(user: Account) -> Select[Any]:
        query: Select[Any] = own(user)
        if request.endpoint != DELETE:
            return query
        consented = select(AuthorizationGrant.app_id).where(
            AuthorizationGrant.user_id == user.id
        )
        return select(RegisteredApp).where(
            (RegisteredApp.user_id == user.id)
            | RegisteredApp.id.in_(consented)
        )

    own = server.replace("apps_of", lax)


@fault(violates="fittrackee/api-oauth2/isolation-no-oracle")
def another_users_app_is_forbidden(server: ReferenceServer) -> None:
    """Another user's app gets 403, an app that does not exist 404."""

    def forbid(response: Response) -> Response | None:
        requested = (request.view_args or {}).get("client_id")
        known = select(RegisteredApp.id).where(RegisteredApp.id == requested)
        if response.status_code != 404:
            return None
        there = server.database.session.scalar(known) is not None
        return error(403, "you do not have permissions") if there else None

    server.after(SHOW_BY_NUMBER, forbid)

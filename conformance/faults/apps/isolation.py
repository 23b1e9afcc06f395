"""Ways to let one user get at what is another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request
from sqlalchemy import select

from conformance.faults import fault
from conformance.faults.answering import (
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
    """Forget whose apps one endpoint is about."""

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
    """The list shows everybody's apps."""
    _of_everybody(server, LIST)


@fault(violates="fittrackee/api-oauth2/isolation-list")
def list_of_the_user_in_the_query(server: ReferenceServer) -> None:
    """The list shows the apps of the user that a parameter names."""

    def lax(user: Account) -> Select[Any]:
        wanted = request.args.get("username")
        query: Select[Any] = own(user)
        if request.endpoint != LIST or not wanted:
            return query
        users = select(Account.id).where(Account.username == wanted)
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
    """Everybody's apps are shown by their client ids."""
    _of_everybody(server, SHOW)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-by-number",
        "fittrackee/api-oauth2/isolation-no-oracle",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def any_app_is_shown_by_number(server: ReferenceServer) -> None:
    """Everybody's apps are shown by their numbers."""
    _of_everybody(server, SHOW_BY_NUMBER)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-delete",
        "fittrackee/api-oauth2/isolation-no-oracle",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def any_app_is_deleted(server: ReferenceServer) -> None:
    """Everybody can delete every app."""
    _of_everybody(server, DELETE)


@fault(
    violates=[
        "fittrackee/api-oauth2/isolation-revoke-all",
        "fittrackee/api-oauth2/isolation-no-oracle",
        "fittrackee/api-oauth2/isolation-consenting-user",
    ]
)
def any_apps_tokens_are_revoked(server: ReferenceServer) -> None:
    """Everybody can revoke the tokens of every app."""
    _of_everybody(server, REVOKE_ALL)


@fault(violates="fittrackee/api-oauth2/isolation-consenting-user")
def consenting_user_deletes_the_app(server: ReferenceServer) -> None:
    """Whoever consented to an app can delete it."""

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
    """Another user's app is answered with 403, one that is none with 404."""

    def forbid(response: Response) -> Response | None:
        wanted = (request.view_args or {}).get("client_id")
        known = select(RegisteredApp.id).where(RegisteredApp.id == wanted)
        if response.status_code != 404:
            return None
        there = server.database.session.scalar(known) is not None
        return error(403, "you do not have permissions") if there else None

    server.after(SHOW_BY_NUMBER, forbid)

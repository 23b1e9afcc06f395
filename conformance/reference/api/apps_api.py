"""A user's apps: register, look at, end their tokens, delete.

For FitTrackee's own front end only. An app of another user does not exist
as far as these routes are concerned.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from conformance.reference.api.answers import (
    answer,
    invalid_payload,
    no_content,
    not_found,
    success,
)
from conformance.reference.api.paging import page_number, pagination
from conformance.reference.api.views import Views, json_object
from conformance.reference.storage.models import RegisteredApp, hashed

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

REQUIRED = ("client_name", "client_uri", "redirect_uris", "scope")
LARGEST_ID = 2**31 - 1

views = Views()


def described(app: RegisteredApp) -> dict[str, Any]:
    """Return what the API shows of an app; the secret is not in it."""
    issued = time.gmtime(app.issued_at)
    return {
        "client_id": app.client_id,
        "client_description": app.description,
        "id": app.id,
        "issued_at": time.strftime("%a, %d %B %Y %H:%M:%S GMT", issued),
        "name": app.name,
        "redirect_uris": app.redirect_uris,
        "scope": app.scope,
        "website": app.website,
    }


def own_app(server: Seams, caller: Caller, **where: Any) -> RegisteredApp:
    """Return an app of the caller; 404 for any other."""
    query = server.rules.apps_of(caller.account)
    known = all(_findable(server, value) for value in where.values())
    session = server.database.session
    app = known and session.scalars(query.filter_by(**where)).one_or_none()
    if not app:
        not_found("OAuth2 client not found")
    return app


def _findable(server: Seams, value: Any) -> bool:
    """Tell values that the database would choke on."""
    if isinstance(value, int):
        return value <= LARGEST_ID
    return server.rules.storable(value)


@views.at("POST /api/oauth/apps")
def create_app(server: Seams, caller: Caller) -> Response:
    """Register an app: 201 with its secret, shown this once only."""
    messages = server.contract.messages
    metadata = json_object(messages["metadata_missing"])
    missing = [key for key in REQUIRED if key not in metadata]
    if missing:
        keys = ", ".join(missing)
        invalid_payload(messages["keys_missing"].format(keys=keys))
    rules = server.rules
    if not (
        rules.name_acceptable(metadata["client_name"])
        and rules.description_acceptable(metadata.get("client_description"))
        and rules.website_acceptable(metadata["client_uri"])
    ):
        invalid_payload()
    if not rules.redirect_uris_acceptable(metadata["redirect_uris"]):
        invalid_payload(messages["invalid_redirect_uri"])
    scope = rules.registered_scope(metadata["scope"])
    if scope is None:
        invalid_payload(messages["invalid_scopes"])
    secret = rules.new_client_secret()
    app = RegisteredApp(
        client_id=rules.new_client_id(),
        secret_hash=hashed(secret),
        user_id=caller.account.id,
        name=metadata["client_name"],
        description=metadata.get("client_description"),
        website=metadata["client_uri"],
        redirect_uris=metadata["redirect_uris"],
        scope=scope,
        issued_at=rules.now(),
    )
    server.database.session.add(app)
    server.database.session.commit()
    client = {**described(app), "client_secret": secret}
    return answer({"status": "created", "data": {"client": client}}, 201)


@views.at("GET /api/oauth/apps")
def list_apps(server: Seams, caller: Caller) -> Response:
    """Return five apps of the caller, the newest first."""
    apps, pages = page_of_apps(server, caller)
    return success(
        data={"clients": [described(app) for app in apps]}, pagination=pages
    )


def page_of_apps(
    server: Seams, caller: Caller
) -> tuple[list[RegisteredApp], dict[str, Any]]:
    """Return the page that the query asks for, with its pagination."""
    page = page_number()
    query, size = server.rules.apps_of(caller.account), server.rules.page_size
    session = server.database.session
    total = session.scalar(select(func.count()).select_from(query.subquery()))
    pages = math.ceil((total or 0) / size)
    query = query.order_by(RegisteredApp.id.desc())
    apps = session.scalars(query.limit(size).offset((page - 1) * size)).all()
    return list(apps), pagination(page, pages, total or 0)


@views.at("GET /api/oauth/apps/<string:client_client_id>")
def get_app(server: Seams, caller: Caller, client_client_id: str) -> Response:
    """Return an app by its client identifier."""
    app = own_app(server, caller, client_id=client_client_id)
    return success(data={"client": described(app)})


@views.at("GET /api/oauth/apps/<int:client_id>/by_id")
def get_app_by_id(server: Seams, caller: Caller, client_id: int) -> Response:
    """Return an app by its number."""
    app = own_app(server, caller, id=client_id)
    return success(data={"client": described(app)})


@views.at("DELETE /api/oauth/apps/<int:client_id>")
def delete_app(server: Seams, caller: Caller, client_id: int) -> Response:
    """Delete an app; its codes and tokens go with it, for every user."""
    app = own_app(server, caller, id=client_id)
    server.database.session.delete(app)
    server.database.session.commit()
    return no_content()


@views.at("POST /api/oauth/apps/<int:client_id>/revoke")
def revoke_app(server: Seams, caller: Caller, client_id: int) -> Response:
    """End every token of an app, for every user."""
    app = own_app(server, caller, id=client_id)
    server.rules.end_grants_of(app)
    server.database.session.commit()
    return success()

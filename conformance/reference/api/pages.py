"""What a browser shows: FitTrackee's screens around apps and consent.

Templates are rendered here with what the screen shows; what a screen *does*
goes through the API, by ``static/pages.js``. Ids, classes and button texts
are FitTrackee's, the rest is ours.

Where the session is a cookie, a page without one leads to the login page.
Where it is a bearer token kept by the browser, the first answer is a small
loader that asks for the same address again with the token.
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import redirect, render_template, request
from sqlalchemy import select

from conformance.reference.api.apps_api import described, page_of_apps
from conformance.reference.api.views import Views
from conformance.reference.storage.models import RegisteredApp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import HTTPException

    from conformance.reference.api.views import View
    from conformance.reference.protect import Caller
    from conformance.reference.seams import Seams

LANGUAGES = ("en", "fr")

views = Views()


@functools.cache
def texts(language: str) -> dict[str, Any]:
    """Return the texts of the screens in a language."""
    file = resources.files(__package__) / "texts.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {key: words[language] for key, words in table.items()}


def render(
    server: Seams,
    name: str,
    caller: Caller | None = None,
    **values: Any,
) -> str:
    """Return a page as HTML, in the user's language or the browser's."""
    user = caller.user if caller else None
    language = (
        user.language
        if user
        else request.accept_languages.best_match(LANGUAGES, default="en")
    )
    html = render_template(
        f"{name}.html",
        t=texts(language if language in LANGUAGES else "en"),
        language=language,
        user=user,
        session=server.contract.session,
        **values,
    )
    return server.changed_page(name, html)


def for_users(view: View) -> View:
    """Show a page to users who are logged in; others log in first."""

    @functools.wraps(view)
    def guarded(
        server: Seams, _anybody: Caller, **arguments: Any
    ) -> ResponseReturnValue:
        header = request.headers.get("Authorization")
        caller = None
        if server.contract.session == "cookies" or header is not None:
            caller = server.gate.page_visitor(header)
        elif server.contract.session == "bearer":
            return render(server, "loader")
        if caller is None:
            here = request.full_path.removesuffix("?")
            return redirect(f"/login?from={quote(here, safe='')}")
        return view(server, caller, **arguments)

    return guarded


@views.at("GET /")
def home(server: Seams, _caller: Caller) -> str:
    """Say what this is."""
    return render(server, "home")


@views.at("GET /favicon.ico")
def icon(_server: Seams, _caller: Caller) -> ResponseReturnValue:
    """Lead to the icon."""
    return redirect("/static/icon.svg")


@views.at("GET /login")
def login(server: Seams, _caller: Caller) -> str:
    """Ask for email address and password, then return to ``from``."""
    return render(server, "login")


@views.at("GET /profile/apps")
@for_users
def list_of_apps(server: Seams, caller: Caller) -> str:
    """List the user's apps, five at a time."""
    apps, pagination = page_of_apps(server, caller)
    clients = [described(app) for app in apps]
    return render(
        server, "apps", caller, clients=clients, pagination=pagination
    )


@views.at("GET /profile/apps/new")
@for_users
def new_app(server: Seams, caller: Caller) -> str:
    """Ask for what an app is registered with."""
    return render(server, "new_app", caller, scopes=server.contract.scopes)


@views.at("GET /profile/apps/<int:app_id>")
@for_users
def app_detail(server: Seams, caller: Caller, app_id: int) -> str:
    """Show an app of the user."""
    return render(server, "app", caller, client=_own(server, caller, app_id))


@views.at("GET /profile/apps/<int:app_id>/created")
@for_users
def app_created(server: Seams, caller: Caller, app_id: int) -> str:
    """Show an app just registered; the script fills in its secret."""
    return render(
        server, "created", caller, client=_own(server, caller, app_id)
    )


def _own(server: Seams, caller: Caller, app_id: int) -> dict[str, Any] | None:
    """Return an app of the caller, None for any other."""
    query = server.rules.apps_of(caller.account)
    if app_id >= 2**31:
        return None
    session = server.database.session
    app = session.scalars(
        query.where(RegisteredApp.id == app_id)
    ).one_or_none()
    return described(app) if app else None


@views.at("GET /profile/apps/authorize")
@for_users
def authorize(server: Seams, caller: Caller) -> str:
    """Ask the user for consent to what an app wants."""
    client_ids = request.args.getlist("client_id")
    client_id = client_ids[0] if len(client_ids) == 1 else ""
    app = None
    if server.rules.storable(client_id):
        query = select(RegisteredApp).where(
            RegisteredApp.client_id == client_id
        )
        app = server.database.session.scalars(query).one_or_none()
    scope = app and server.rules.consented_scope(
        app, request.args.get("scope")
    )
    return render(
        server,
        "authorize",
        caller,
        client=described(app) if app else None,
        own=app is not None and app.user_id == caller.account.id,
        scopes=(scope or "").split(),
    )


def problem(server: Seams, error: HTTPException) -> ResponseReturnValue:
    """Show an error such as a page that does not exist."""
    html = render(server, "problem", error=error)
    headers = [
        (name, value)
        for name, value in error.get_headers()
        if name not in ("Content-Type", "Content-Length")
    ]
    return html, error.code or 500, headers

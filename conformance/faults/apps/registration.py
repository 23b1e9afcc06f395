"""Faults of registering apps: members and response."""

from __future__ import annotations

import html
import time
from typing import TYPE_CHECKING, Any

from conformance.faults import fault
from conformance.faults.json_responses import (
    REGISTER,
    change_registered,
    json_body,
    rewrite,
)
from conformance.reference.api.responses import error

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request, Response

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import RegisteredApp

ISSUED_AT = "%a, %d %B %Y %H:%M:%S GMT"


def _before_reading(
    server: ReferenceServer, change: Callable[[dict[str, Any]], object]
) -> None:
    """Change the payload of registrations before it is read."""

    def hook(_request: Request) -> None:
        body = json_body()
        if isinstance(body, dict):
            change(body)

    server.before(REGISTER, hook)


# -- the response --------------------------------------------------------


@fault(violates="fittrackee/oauth/registered-app-works")
def app_without_description_is_locked_out(server: ReferenceServer) -> None:
    """An app registered without a description gets no tokens."""
    matches = server.replace(
        "secret_matches", lambda app, sent: lax(app, sent)
    )

    def lax(app: RegisteredApp, sent: str) -> bool:
        return app.description is not None and matches(app, sent)


@fault(violates="fittrackee/oauth/credentials-after-registration")
def secret_kept_back(server: ReferenceServer) -> None:
    """A registration without a description returns no client secret."""
    change_registered(
        server,
        lambda app: app["client_description"] or app.pop("client_secret"),
    )


@fault(violates="fittrackee/api-oauth2/registration-answer")
def missing_description_is_left_out(server: ReferenceServer) -> None:
    """A registration without a description returns no such member."""
    change_registered(
        server,
        lambda app: app["client_description"] or app.pop("client_description"),
    )


@fault(violates="fittrackee/api-oauth2/registration-answer")
def registration_says_success(server: ReferenceServer) -> None:
    """A registration has the status "success", not "created"."""
    rewrite(server, REGISTER, lambda body: body.update(status="success"))


@fault(violates="fittrackee/api-oauth2/registration-keeps-values")
def name_loses_its_accents(server: ReferenceServer) -> None:
    """Non-ASCII characters are removed from an app's name."""

    def lose(app: dict[str, Any]) -> None:
        app["name"] = app["name"].encode("ascii", "ignore").decode()

    change_registered(server, lose)


@fault(violates="fittrackee/api-oauth2/registration-keeps-values")
def description_is_escaped(server: ReferenceServer) -> None:
    """An app's description is returned HTML-escaped."""

    def escape(app: dict[str, Any]) -> None:
        app["client_description"] = html.escape(
            app["client_description"] or ""
        )

    change_registered(server, escape)


@fault(violates="fittrackee/api-oauth2/registration-issued-at")
def issued_at_in_iso_form(server: ReferenceServer) -> None:
    """The registration time is in ISO 8601 format."""
    change_registered(
        server, lambda app: app.update(issued_at="2022-07-14T06:27:53Z")
    )


@fault(violates="fittrackee/api-oauth2/registration-issued-at")
def issued_at_in_local_time(server: ReferenceServer) -> None:
    """The registration time is local time labelled as GMT."""

    def shift(app: dict[str, Any]) -> None:
        local = time.gmtime(time.time() + 7_200)
        app["issued_at"] = time.strftime(ISSUED_AT, local)

    change_registered(server, shift)


# -- required, optional, mistyped ----------------------------------------


def _without(server: ReferenceServer, name: str, default: Any) -> None:
    """Give a required member a default."""
    _before_reading(server, lambda body: body.setdefault(name, default))


@fault(violates="fittrackee/api-oauth2/registration-required-members")
def address_not_required(server: ReferenceServer) -> None:
    """An app can be registered without a website (client_uri)."""
    _without(server, "client_uri", "https://app.example.org")


@fault(violates="fittrackee/api-oauth2/registration-required-members")
def scope_not_required(server: ReferenceServer) -> None:
    """A registration without a scope gets a default scope."""
    _without(server, "scope", "profile:read")


@fault(violates="fittrackee/api-oauth2/registration-empty-payload")
def empty_registration_accepted(server: ReferenceServer) -> None:
    """An empty registration creates an app with default values."""

    def fill(body: dict[str, Any]) -> None:
        if not body:
            body.update(
                client_name="unnamed",
                client_uri="https://app.example.org",
                redirect_uris=["https://app.example.org/callback"],
                scope="profile:read",
            )

    _before_reading(server, fill)


@fault(violates="fittrackee/api-oauth2/registration-description-optional")
def description_required(server: ReferenceServer) -> None:
    """A registration without a description is rejected."""
    server.replace(
        "description_acceptable", lambda text: isinstance(text, str)
    )


@fault(violates="fittrackee/api-oauth2/registration-member-types")
def single_uri_instead_of_a_list(server: ReferenceServer) -> None:
    """A redirection URI that is no list can be registered."""
    listed = server.replace(
        "redirect_uris_acceptable",
        lambda uris: isinstance(uris, str) or listed(uris),
    )


@fault(violates="fittrackee/api-oauth2/registration-messages")
def refusal_without_reason(server: ReferenceServer) -> None:
    """A rejected registration gives no reason."""
    rewrite(
        server,
        REGISTER,
        lambda body: body.update(message="invalid payload"),
        status=400,
    )


@fault(violates="fittrackee/api-oauth2/registration-messages")
def only_one_missing_member_is_named(server: ReferenceServer) -> None:
    """The error names only the first of several missing members."""

    def shorten(body: dict[str, Any]) -> None:
        body["message"] = body["message"].partition(",")[0]

    rewrite(server, REGISTER, shorten, status=400)


@fault(violates="robustness/registration-survives")
def list_instead_of_object_crashes(server: ReferenceServer) -> None:
    """A registration that is a JSON array causes a server error."""

    def fail(_request: Request) -> Response | None:
        body = json_body()
        return error(500, "server error") if isinstance(body, list) else None

    server.before(REGISTER, fail)

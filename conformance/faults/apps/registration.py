"""Ways to be wrong about what an app is registered with."""

from __future__ import annotations

import html
import time
from typing import TYPE_CHECKING, Any

from conformance.faults import fault
from conformance.faults.answering import (
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


# -- the answer ----------------------------------------------------------


@fault(violates="fittrackee/oauth/registered-app-works")
def app_without_description_is_locked_out(server: ReferenceServer) -> None:
    """An app that was registered without a description gets no token."""
    matches = server.replace(
        "secret_matches", lambda app, sent: lax(app, sent)
    )

    def lax(app: RegisteredApp, sent: str) -> bool:
        return app.description is not None and matches(app, sent)


@fault(violates="fittrackee/oauth/credentials-after-registration")
def secret_kept_back(server: ReferenceServer) -> None:
    """An app without a description is not told its secret."""
    change_registered(
        server,
        lambda app: app["client_description"] or app.pop("client_secret"),
    )


@fault(violates="fittrackee/api-oauth2/registration-answer")
def missing_description_is_left_out(server: ReferenceServer) -> None:
    """An app without a description is answered without that member."""
    change_registered(
        server,
        lambda app: app["client_description"] or app.pop("client_description"),
    )


@fault(violates="fittrackee/api-oauth2/registration-answer")
def registration_says_success(server: ReferenceServer) -> None:
    """A registration is answered with status success, not created."""
    rewrite(server, REGISTER, lambda body: body.update(status="success"))


@fault(violates="fittrackee/api-oauth2/registration-keeps-values")
def name_loses_its_accents(server: ReferenceServer) -> None:
    """The name of an app is shown in ASCII only."""

    def lose(app: dict[str, Any]) -> None:
        app["name"] = app["name"].encode("ascii", "ignore").decode()

    change_registered(server, lose)


@fault(violates="fittrackee/api-oauth2/registration-keeps-values")
def description_is_escaped(server: ReferenceServer) -> None:
    """The description of an app is shown escaped for HTML."""

    def escape(app: dict[str, Any]) -> None:
        app["client_description"] = html.escape(
            app["client_description"] or ""
        )

    change_registered(server, escape)


@fault(violates="fittrackee/api-oauth2/registration-issued-at")
def issued_at_in_iso_form(server: ReferenceServer) -> None:
    """The time of registration is shown in another form."""
    change_registered(
        server, lambda app: app.update(issued_at="2022-07-14T06:27:53Z")
    )


@fault(violates="fittrackee/api-oauth2/registration-issued-at")
def issued_at_in_local_time(server: ReferenceServer) -> None:
    """The time of registration is a local one that claims to be GMT."""

    def shift(app: dict[str, Any]) -> None:
        local = time.gmtime(time.time() + 7_200)
        app["issued_at"] = time.strftime(ISSUED_AT, local)

    change_registered(server, shift)


# -- required, optional, mistyped ----------------------------------------


def _without(server: ReferenceServer, name: str, default: Any) -> None:
    """Do without a required member."""
    _before_reading(server, lambda body: body.setdefault(name, default))


@fault(violates="fittrackee/api-oauth2/registration-required-members")
def address_not_required(server: ReferenceServer) -> None:
    """An app can be registered without an address."""
    _without(server, "client_uri", "https://app.example.org")


@fault(violates="fittrackee/api-oauth2/registration-required-members")
def scope_not_required(server: ReferenceServer) -> None:
    """An app that names no scope gets one all the same."""
    _without(server, "scope", "profile:read")


@fault(violates="fittrackee/api-oauth2/registration-empty-payload")
def empty_registration_accepted(server: ReferenceServer) -> None:
    """An empty registration makes an app of defaults."""

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
    """A registration without a description is refused."""
    server.replace(
        "description_acceptable", lambda text: isinstance(text, str)
    )


@fault(violates="fittrackee/api-oauth2/registration-member-types")
def single_uri_instead_of_a_list(server: ReferenceServer) -> None:
    """One redirection URI is taken, and shown, without its list."""
    listed = server.replace(
        "redirect_uris_acceptable",
        lambda uris: isinstance(uris, str) or listed(uris),
    )


@fault(violates="fittrackee/api-oauth2/registration-messages")
def refusal_without_reason(server: ReferenceServer) -> None:
    """A refused registration says only that the payload is invalid."""
    rewrite(
        server,
        REGISTER,
        lambda body: body.update(message="invalid payload"),
        status=400,
    )


@fault(violates="fittrackee/api-oauth2/registration-messages")
def only_one_missing_member_is_named(server: ReferenceServer) -> None:
    """The message about missing members names the first of them only."""

    def shorten(body: dict[str, Any]) -> None:
        body["message"] = body["message"].partition(",")[0]

    rewrite(server, REGISTER, shorten, status=400)


@fault(violates="robustness/registration-survives")
def list_instead_of_object_crashes(server: ReferenceServer) -> None:
    """A registration that is a JSON list makes the server fail."""

    def fail(_request: Request) -> Response | None:
        body = json_body()
        return error(500, "server error") if isinstance(body, list) else None

    server.before(REGISTER, fail)

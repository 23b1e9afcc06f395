"""Faults of listing and reading a user's apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from conformance.faults import fault
from conformance.faults.json_responses import (
    DELETE,
    LIST,
    REGISTER,
    SHOW,
    SHOW_BY_NUMBER,
    rewrite,
)
from conformance.reference.api.responses import error

if TYPE_CHECKING:
    from flask import Request, Response

    from conformance.reference import ReferenceServer


# -- the list -------------------------------------------------------------


@fault(violates="fittrackee/api-oauth2/apps-list")
def list_without_dates(server: ReferenceServer) -> None:
    """The list of apps does not contain registration times."""

    def drop(body: dict[str, Any]) -> None:
        for app in body["data"]["clients"]:
            app.pop("issued_at")

    rewrite(server, LIST, drop)


@fault(violates="fittrackee/api-oauth2/apps-list")
def list_without_pagination(server: ReferenceServer) -> None:
    """Without the page parameter, the list of apps has no pagination."""

    def drop(body: dict[str, Any]) -> None:
        if "page" not in request.args:
            body.pop("pagination")

    rewrite(server, LIST, drop)


@fault(
    violates=[
        "fittrackee/api-oauth2/apps-page-of-five",
        "fittrackee/api-oauth2/apps-pagination",
    ]
)
def page_of_ten(server: ReferenceServer) -> None:
    """The list of apps has ten apps per page."""
    server.replace("page_size", 10)


@fault(violates="fittrackee/api-oauth2/apps-page-parameter")
def pages_count_from_zero(server: ReferenceServer) -> None:
    """Without the page parameter, the pagination says page 0."""

    def renumber(body: dict[str, Any]) -> None:
        if "page" not in request.args:
            body["pagination"]["page"] = 0

    rewrite(server, LIST, renumber)


def _paginate(server: ReferenceServer, **wrong: Any) -> None:
    """Set wrong members in every pagination."""
    rewrite(server, LIST, lambda body: body["pagination"].update(wrong))


@fault(violates="fittrackee/api-oauth2/apps-pagination")
def total_is_that_of_the_page(server: ReferenceServer) -> None:
    """The pagination's total is the number of apps on the page."""

    def count(body: dict[str, Any]) -> None:
        body["pagination"]["total"] = len(body["data"]["clients"])

    rewrite(server, LIST, count)


@fault(violates="fittrackee/api-oauth2/apps-pagination")
def no_page_before(server: ReferenceServer) -> None:
    """The pagination never announces a previous page."""
    _paginate(server, has_prev=False)


@fault(violates="fittrackee/api-oauth2/apps-pagination")
def always_one_more_page(server: ReferenceServer) -> None:
    """The pagination announces a next page on the last page too."""
    _paginate(server, has_next=True)


@fault(violates="fittrackee/api-oauth2/apps-list-complete")
def one_app_is_listed_twice(server: ReferenceServer) -> None:
    """A full page lists one app twice and omits another."""

    def repeat(body: dict[str, Any]) -> None:
        apps = body["data"]["clients"]
        apps[4:5] = apps[3:4] if len(apps) == 5 else apps[4:5]

    rewrite(server, LIST, repeat)


@fault(violates="robustness/apps-page-survives")
def page_that_is_no_number_crashes(server: ReferenceServer) -> None:
    """A non-numeric page parameter causes a server error."""

    def parse(asked: Request) -> None:
        int(asked.args.get("page", "1"))

    server.before(LIST, parse)


# -- one app --------------------------------------------------------------


@fault(violates="fittrackee/api-oauth2/app-by-client-id")
def app_without_address(server: ReferenceServer) -> None:
    """Reading an app by its client id does not return its website."""
    rewrite(server, SHOW, lambda body: body["data"]["client"].pop("website"))


@fault(violates="fittrackee/api-oauth2/app-by-number")
def app_without_scope(server: ReferenceServer) -> None:
    """Reading an app by its number does not return its scope."""
    rewrite(
        server,
        SHOW_BY_NUMBER,
        lambda body: body["data"]["client"].pop("scope"),
    )


def _remember_secrets(server: ReferenceServer, endpoint: str) -> None:
    """Store the secrets in clear text and return them at one endpoint."""
    secrets: dict[int, str] = {}

    def keep(body: dict[str, Any]) -> None:
        app = body["data"]["client"]
        secrets[app["id"]] = app["client_secret"]

    def show(body: dict[str, Any]) -> None:
        data = body["data"]
        for app in data.get("clients", [data.get("client")]):
            app["client_secret"] = secrets.get(app["id"], "")

    rewrite(server, REGISTER, keep)
    rewrite(server, endpoint, show)


@fault(violates="fittrackee/api-oauth2/secret-not-shown-again")
def list_shows_secrets(server: ReferenceServer) -> None:
    """The list of apps contains client secrets."""
    _remember_secrets(server, LIST)


@fault(violates="fittrackee/api-oauth2/secret-not-shown-again")
def app_shows_its_secret(server: ReferenceServer) -> None:
    """Reading an app by its number returns its client secret."""
    _remember_secrets(server, SHOW_BY_NUMBER)


@fault(violates="fittrackee/api-oauth2/unknown-app-404")
def deleting_nothing_has_other_words(server: ReferenceServer) -> None:
    """Deleting an unknown app returns an undocumented message."""
    rewrite(
        server,
        DELETE,
        lambda body: body.update(message="no such client"),
        status=404,
    )


@fault(violates="robustness/app-identifier-survives")
def nul_in_an_identifier_crashes(server: ReferenceServer) -> None:
    """A NUL in an app identifier causes a server error."""

    def look(asked: Request) -> Response | None:
        requested = (asked.view_args or {}).get("client_client_id", "")
        return error(500, "server error") if "\0" in requested else None

    server.before(SHOW, look)

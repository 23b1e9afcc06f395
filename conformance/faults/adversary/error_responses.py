"""Faults of error responses to malformed requests."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from flask import Response, request

from conformance.faults import fault
from conformance.faults.json_responses import LIST, REGISTER, SHOW
from conformance.faults.token_endpoint import TOKEN, change_errors
from conformance.reference.api.responses import error, json_response

if TYPE_CHECKING:
    from flask import Request

    from conformance.reference import ReferenceServer

NO_TRACE = "robustness/no-stack-trace"
NO_MARKUP = "robustness/input-not-reflected-as-html"


@fault(violates=NO_TRACE)
def broken_json_shows_where(server: ReferenceServer) -> None:
    """A registration with invalid JSON returns a stack trace."""

    def hook(sent: Request) -> Response | None:
        try:
            sent.get_json(force=True)
        except Exception:
            return error(400, traceback.format_exc())
        return None

    server.before(REGISTER, hook)


@fault(violates=NO_TRACE)
def database_says_why(server: ReferenceServer) -> None:
    """A token error contains the database's error message."""

    def disclose(body: dict[str, Any]) -> None:
        sent = "".join(request.form.values())
        if not server.rules.storable(sent):
            body["error_description"] = (
                "(psycopg2.errors.UntranslatableCharacter) cannot convert "
                "to text [SQL: SELECT oauth2_code.id FROM oauth2_code]"
            )

    change_errors(server, disclose)


@fault(violates=NO_MARKUP)
def unknown_app_is_shown_as_a_page(server: ReferenceServer) -> None:
    """An HTML error page reflects an unknown app's identifier."""

    def hook(response: Response) -> Response | None:
        name = request.path.rpartition("/")[2]
        if response.status_code != 404:
            return None
        page = f"<!doctype html><p>There is no app {name}.</p>"
        return Response(page, 404, mimetype="text/html")

    server.after(SHOW, hook)


@fault(violates=NO_MARKUP)
def odd_grant_type_is_shown_as_a_page(server: ReferenceServer) -> None:
    """An HTML error page reflects an unknown grant type."""

    def hook(sent: Request) -> Response | None:
        asked = sent.form.get("grant_type", "")
        if "<" not in asked:
            return None
        return Response(f"<p>What is {asked}?</p>", 400, mimetype="text/html")

    server.before(TOKEN, hook)


@fault(violates="robustness/malformed-told-as-json")
def odd_page_is_refused_in_plain_text(server: ReferenceServer) -> None:
    """An invalid page number gets a plain-text error."""

    def hook(response: Response) -> Response | None:
        if response.status_code != 400:
            return None
        return Response("no such page", 400, mimetype="text/plain")

    server.after(LIST, hook)


@fault(violates="rfc6749/5.2/error-registered")
def control_characters_have_an_error_of_their_own(
    server: ReferenceServer,
) -> None:
    """Control characters in a token request get invalid_character."""

    def hook(sent: Request) -> Response | None:
        text = "".join(sent.form.values())
        if all(ord(character) >= 0x20 for character in text):
            return None
        return json_response({"error": "invalid_character"}, 400)

    server.before(TOKEN, hook)


@fault(violates="rfc6749/5.2/error-description-charset")
def odd_scope_is_described_as_it_came(server: ReferenceServer) -> None:
    """The error_description of invalid_scope quotes the scope."""

    def describe(body: dict[str, Any]) -> None:
        if body.get("error") == "invalid_scope":
            scope = request.form.get("scope", "")
            body["error_description"] = f"Unknown scope: {scope}"

    change_errors(server, describe)

"""Faults of validating authorization requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from conformance.faults import fault
from conformance.reference.api.responses import invalid_payload, json_response
from conformance.reference.storage.models import RegisteredApp

if TYPE_CHECKING:
    from flask import Request, Response
    from werkzeug.datastructures import MultiDict

    from conformance.reference import ReferenceServer

AUTHORIZE = "POST /api/oauth/authorize"
PATH = "/api/oauth/authorize"
PARAMETERS = {
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "confirm",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
}


@fault(violates="rfc6749/3.1/empty-is-omitted")
def empty_parameter_counts(server: ReferenceServer) -> None:
    """Parameters without a value are not treated as omitted."""
    server.replace("without_omitted", lambda parameters: parameters)


@fault(violates="rfc6749/3.1/unknown-parameters-ignored")
def unknown_parameter_is_refused(server: ReferenceServer) -> None:
    """Unknown parameters of an authorization request are rejected."""

    def refuse(sent: Request) -> None:
        if set(sent.form) - PARAMETERS:
            invalid_payload()

    server.before(AUTHORIZE, refuse)


@fault(violates="rfc6749/3.1/no-repeated-parameters")
def repeated_authorize_parameter(server: ReferenceServer) -> None:
    """Repeated authorization parameters are accepted, using the first."""

    def once(parameters: MultiDict[str, str]) -> list[str]:
        return [] if request.path == PATH else repeated(parameters)

    repeated = server.replace("repeated", once)


@fault(violates="rfc6749/3.1/query-does-not-override")
def query_overrides_the_form(server: ReferenceServer) -> None:
    """Query parameters override the form of an authorization request."""

    def merged(sent: Request) -> MultiDict[str, str]:
        given: MultiDict[str, str] = parameters(sent)
        if sent.path == PATH:
            for name, value in sent.args.items():
                given[name] = value
        return given

    parameters = server.replace("parameters", merged)


@fault(
    violates=[
        "rfc6749/3.1.1/response-type-needed",
        "rfc6749/4.1.2.1/response-type-error-redirected",
        "fittrackee/oauth/response-type-required",
    ]
)
def response_type_defaults_to_code(server: ReferenceServer) -> None:
    """A missing response type is treated as code."""
    validate = server.code_grant.validate_response_type

    def lenient(grant: Any) -> None:
        if grant.request.payload.response_type:
            validate(grant)

    server.code_grant.validate_response_type = lenient


@fault(
    violates=[
        "rfc6749/3.1.1/response-type-understood",
        "rfc6749/4.1.2.1/response-type-error-redirected",
        "fittrackee/oauth/only-response-type-code",
    ]
)
def any_response_type_means_code(server: ReferenceServer) -> None:
    """Any response type is treated as code."""
    server.replace("response_type_supported", lambda _type: True)


@fault(
    violates=[
        "rfc6749/3.1.1/response-type-understood",
        "fittrackee/oauth/only-response-type-code",
    ]
)
def token_in_the_redirection(server: ReferenceServer) -> None:
    """The response type token returns a token in the fragment."""

    def implicit(sent: Request) -> Response | None:
        if sent.form.get("response_type") != "token":
            return None
        uri = sent.form.get("redirect_uri", "")
        return json_response({"redirect_url": f"{uri}#access_token=made-up"})

    server.before(AUTHORIZE, implicit)


@fault(violates="rfc6749/3.3/omitted-at-authorization")
def scope_is_guessed_in_silence(server: ReferenceServer) -> None:
    """Without a scope, all of the app's is granted and not reported."""

    def guessed(app: RegisteredApp, scope: str | None) -> str | None:
        granted: str | None = consented(app, scope) if scope else app.scope
        return granted

    def without_scope(token: dict[str, Any]) -> dict[str, Any]:
        members = complete(token).items()
        return {name: value for name, value in members if name != "scope"}

    consented = server.replace("consented_scope", guessed)
    complete = server.replace("token_response", without_scope)


@fault(
    violates=[
        "rfc6749/3.3/only-known-scope-granted",
        "fittrackee/oauth/scope-within-registration",
    ]
)
def any_scope_is_granted(server: ReferenceServer) -> None:
    """Any requested scope is granted."""
    server.replace("consented_scope", lambda _app, scope: scope)


@fault(violates="fittrackee/oauth/scopes-separated-by-spaces")
def only_the_first_scope_is_granted(server: ReferenceServer) -> None:
    """Only the first of several scopes is granted."""

    def first(app: RegisteredApp, scope: str | None) -> str | None:
        granted: str | None = consented(app, scope)
        return granted and granted.split()[0]

    consented = server.replace("consented_scope", first)


@fault(
    violates=[
        "rfc6749/4.1.2.1/no-redirection-for-unknown-client",
        "fittrackee/oauth/client-id-required",
    ]
)
def any_app_will_do(server: ReferenceServer) -> None:
    """Without a client_id, an arbitrary app is authorized."""
    find = server.code_grant.requested_app

    def some_app(grant: Any) -> Any:
        if grant.request.payload.client_id:
            return find(grant)
        return server.database.session.scalars(select(RegisteredApp)).first()

    server.code_grant.requested_app = some_app


@fault(violates="fittrackee/oauth/required-parameters-suffice")
def redirect_uri_and_state_are_demanded(server: ReferenceServer) -> None:
    """An authorization request needs redirect_uri or state."""

    def refuse(sent: Request) -> None:
        if not {"redirect_uri", "state"} & set(sent.form):
            invalid_payload()

    server.before(AUTHORIZE, refuse)


@fault(
    violates=[
        "fittrackee/oauth/state-optional",
        "fittrackee/oauth/required-parameters-suffice",
    ]
)
def state_is_demanded(server: ReferenceServer) -> None:
    """An authorization request without state is rejected."""

    def refuse(sent: Request) -> None:
        if "state" not in sent.form:
            invalid_payload()

    server.before(AUTHORIZE, refuse)


@fault(violates="fittrackee/api-oauth2/authorize-multipart")
def multipart_is_not_read(server: ReferenceServer) -> None:
    """The authorization endpoint rejects multipart/form-data."""

    def refuse(sent: Request) -> None:
        if sent.mimetype == "multipart/form-data":
            invalid_payload()

    server.before(AUTHORIZE, refuse)


@fault(violates="fittrackee/api-oauth2/authorize-invalid-payload")
def malformed_request_is_unprocessable(server: ReferenceServer) -> None:
    """A malformed authorization request gets 422."""

    def rename(response: Response) -> None:
        if response.status_code == 400:
            response.status_code = 422

    server.after(AUTHORIZE, rename)


@fault(violates="robustness/authorization-endpoint-survives")
def nul_is_fatal(server: ReferenceServer) -> None:
    """A NUL in an authorization request causes a server error."""

    def fail(sent: Request) -> Response | None:
        held = any("\0" in value for value in sent.form.values())
        return json_response({"error": "server_error"}, 500) if held else None

    server.before(AUTHORIZE, fail)

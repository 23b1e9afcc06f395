"""Faults of the response to an authorization request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from conformance.faults import fault
from conformance.reference.api.responses import json_response

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference import ReferenceServer

    Parameters = list[tuple[str, str]]

AUTHORIZE = "POST /api/oauth/authorize"
METADATA = "GET /.well-known/oauth-authorization-server"


@fault(
    violates=[
        "rfc6749/4.1.2/code-delivered",
        "fittrackee/oauth/redirected-with-code",
    ]
)
def code_stands_twice(server: ReferenceServer) -> None:
    """The redirection contains the code twice."""

    def twice(uri: str, given: Parameters) -> str:
        return str(add(uri, [given[0], *given]))

    add = server.replace("redirection", twice)


@fault(
    violates=[
        "rfc6749/4.1.2/state-echoed",
        "rfc6749/4.1.2.1/state-echoed-with-error",
    ]
)
def state_is_tidied(server: ReferenceServer) -> None:
    """Spaces around the state are removed."""
    server.replace("state_returned", lambda state: state and state.strip())


@fault(
    violates=[
        "rfc6749/4.1.2/state-echoed",
        "rfc6749/3.1/response-parameters-once",
        "rfc6749/10.14/no-header-injection",
    ]
)
def answer_is_not_encoded(server: ReferenceServer) -> None:
    """Code and state are not percent-encoded in the redirection."""

    def raw(uri: str, given: Parameters) -> str:
        joint = "&" if "?" in uri else "?"
        return uri + joint + "&".join(f"{k}={v}" for k, v in given)

    server.replace("redirection", raw)


@fault(violates="rfc6749/3.1.2/query-retained")
def query_of_the_app_is_lost(server: ReferenceServer) -> None:
    """The redirection URI's own query is dropped."""

    def bare(uri: str, given: Parameters) -> str:
        return str(add(uri.partition("?")[0], given))

    add = server.replace("redirection", bare)


@fault(violates="rfc6749/3.1.2/query-retained")
def query_is_put_in_a_dictionary(server: ReferenceServer) -> None:
    """Repeated names in the redirection URI's query are dropped."""

    def flattened(uri: str, given: Parameters) -> str:
        base, mark, query = uri.partition("?")
        pairs = {pair.partition("=")[0]: pair for pair in query.split("&")}
        return str(add(base + mark + "&".join(pairs.values()), given))

    add = server.replace("redirection", flattened)


@fault(
    violates=[
        "rfc6749/4.1.2.1/denial-issues-nothing",
        "rfc6749/4.1.2.1/denial-redirected",
        "rfc6749/4.1.2.1/state-echoed-with-error",
        "rfc6749/10.2/no-automatic-repetition",
        "fittrackee/api-oauth2/authorize-confirmed",
    ]
)
def consent_is_taken_for_granted(server: ReferenceServer) -> None:
    """A code is issued although the user denies consent."""
    server.replace("consent_given", lambda _confirm: True)


@fault(violates="fittrackee/api-oauth2/authorize-confirmed")
def anything_is_a_yes(server: ReferenceServer) -> None:
    """Any value of confirm other than a negative one counts as consent."""
    noes = {"", "0", "false", "no"}
    server.replace(
        "consent_given",
        lambda confirm: (confirm or "").lower() not in noes,
    )


@fault(violates="rfc6749/10.2/no-automatic-repetition")
def consent_is_remembered(server: ReferenceServer) -> None:
    """Without a decision, the user's previous consent is repeated."""
    seen: set[str] = set()

    def remembered(confirm: str | None) -> bool:
        client_id = request.form.get("client_id", "")
        if given(confirm):
            seen.add(client_id)
        return given(confirm) or (confirm is None and client_id in seen)

    given = server.replace("consent_given", remembered)


@fault(
    violates=[
        "rfc6749/4.1.2.1/error-characters",
        "rfc6749/4.1.2.1/denial-redirected",
        "rfc6749/4.1.2.1/response-type-error-redirected",
        "rfc6749/4.1.2.1/invalid-scope-redirected",
        "rfc6749/4.1.2.1/invalid-request-redirected",
        "rfc7636/4.4.1/unknown-method-redirected",
    ]
)
def error_codes_are_translated(server: ReferenceServer) -> None:
    """Error codes on the redirection URI are translated."""

    def translated(uri: str, given: Parameters) -> str:
        return str(
            add(uri, [(k, "refusé" if k == "error" else v) for k, v in given])
        )

    add = server.replace("redirection", translated)


@fault(violates="rfc6749/4.1.2.1/error-characters")
def error_repeats_the_request(server: ReferenceServer) -> None:
    """The error_description of an authorization error quotes the request."""

    def quote(response: Response) -> None:
        if response.status_code == 400 and response.is_json:
            body = response.get_json()
            body["error_description"] = f"wrong: {dict(request.form)}"
            response.set_data(server.app.json.dumps(body))

    server.after(AUTHORIZE, quote)


@fault(violates="fittrackee/api-oauth2/authorize-status")
def authorization_is_created(server: ReferenceServer) -> None:
    """A valid authorization request gets 201."""

    def rename(response: Response) -> None:
        if response.status_code == 200:
            response.status_code = 201

    server.after(AUTHORIZE, rename)


@fault(violates=["rfc9700/4.12/no-307", "rfc9700/4.12/see-other"])
def form_is_sent_on_to_the_app(server: ReferenceServer) -> None:
    """Authorization uses a 307 redirect, which resends the user's form."""
    _redirect(server, 307)


@fault(violates="rfc9700/4.12/see-other")
def redirection_by_found(server: ReferenceServer) -> None:
    """Authorization uses a 302 redirect, not 303."""
    _redirect(server, 302)


@fault(violates="rfc9207/2/issuer-identifier")
def issuer_has_a_query(server: ReferenceServer) -> None:
    """The iss parameter is no valid issuer identifier."""

    def named(uri: str, given: Parameters) -> str:
        return str(add(uri, [*given, ("iss", f"{request.url}?x")]))

    add = server.replace("redirection", named)


@fault(violates="rfc9207/2.3/issuer-as-announced")
def issuer_is_announced_and_missing(server: ReferenceServer) -> None:
    """The metadata announce an iss parameter that no response has."""

    def promise(response: Response) -> Response:
        name = "authorization_response_iss_parameter_supported"
        return json_response({**response.get_json(), name: True})

    server.after(METADATA, promise)


def _redirect(server: ReferenceServer, status: int) -> None:
    """Turn the response into an HTTP redirect, its body unchanged."""

    def hook(response: Response) -> None:
        if response.status_code == 200:
            response.status_code = status
            response.headers["Location"] = response.get_json()["redirect_url"]

    server.after(AUTHORIZE, hook)

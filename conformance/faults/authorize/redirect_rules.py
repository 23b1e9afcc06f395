"""Ways to be wrong about which redirection URI is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from conformance.faults import fault
from conformance.reference.api.responses import json_response

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference import ReferenceServer
    from conformance.reference.storage.models import RegisteredApp

AUTHORIZE = "POST /api/oauth/authorize"


@fault(violates="rfc6749/3.1.2.3/each-registered-uri")
def first_registered_uri_is_answered(server: ReferenceServer) -> None:
    """The code goes to the first registered URI, whichever was asked for."""
    find = server.code_grant.requested_redirect_uri

    def first(grant: Any, app: RegisteredApp) -> str:
        find(grant, app)
        return str(app.redirect_uris[0])

    server.code_grant.requested_redirect_uri = first


@fault(violates="rfc6749/3.1.2.3/uri-needed-with-several")
def first_registered_uri_is_the_default(server: ReferenceServer) -> None:
    """Of several registered URIs, the first is answered when none is named."""
    server.replace("default_redirect_uri", lambda app: app.redirect_uris[0])


@fault(
    violates=[
        "rfc6749/4.1.1/redirect-uri-optional",
        "fittrackee/oauth/required-parameters-suffice",
    ]
)
def redirect_uri_is_demanded(server: ReferenceServer) -> None:
    """The only registered redirection URI has to be named."""
    server.replace("default_redirect_uri", lambda _app: None)


@fault(
    violates=[
        "rfc6749/3.1.2.4/no-redirection-to-invalid-uri",
        "rfc6749/3.1.2.4/user-is-told-of-invalid-uri",
        "rfc6749/4.1.2.1/no-redirection-for-unknown-client",
    ]
)
def errors_go_where_the_request_says(server: ReferenceServer) -> None:
    """Errors are sent to the redirection URI before it is compared."""

    def send(response: Response) -> Response | None:
        uri = request.form.get("redirect_uri")
        if response.status_code != 400 or not uri:
            return None
        return json_response({"redirect_url": f"{uri}?error=invalid_request"})

    server.after(AUTHORIZE, send)


@fault(violates="rfc8252/8.4/loopback-nothing-but-port")
def loopback_is_compared_by_prefix(server: ReferenceServer) -> None:
    """Whatever begins like a loopback URI is taken for the registered one."""
    start = "http://127.0.0.1"
    server.replace(
        "loopback_without_port",
        lambda uri: start if uri.startswith(start) else None,
    )

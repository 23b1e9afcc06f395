"""Faults of choosing the redirection URI of a request."""

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
    """The code is sent to the first registered URI, not the given one."""
    find = server.code_grant.requested_redirect_uri

    def first(grant: Any, app: RegisteredApp) -> str:
        find(grant, app)
        return str(app.redirect_uris[0])

    server.code_grant.requested_redirect_uri = first


@fault(violates="rfc6749/3.1.2.3/uri-needed-with-several")
def first_registered_uri_is_the_default(server: ReferenceServer) -> None:
    """Of several registered URIs, the first is the default."""
    server.replace("default_redirect_uri", lambda app: app.redirect_uris[0])


@fault(
    violates=[
        "rfc6749/4.1.1/redirect-uri-optional",
        "fittrackee/oauth/required-parameters-suffice",
    ]
)
def redirect_uri_is_demanded(server: ReferenceServer) -> None:
    """An app with one redirection URI cannot omit redirect_uri."""
    server.replace("default_redirect_uri", lambda _app: None)


@fault(
    violates=[
        "rfc6749/3.1.2.4/no-redirection-to-invalid-uri",
        "rfc6749/3.1.2.4/user-is-told-of-invalid-uri",
        "rfc6749/4.1.2.1/no-redirection-for-unknown-client",
    ]
)
def errors_go_where_the_request_says(server: ReferenceServer) -> None:
    """Errors are redirected to an unvalidated redirection URI."""

    def send(response: Response) -> Response | None:
        uri = request.form.get("redirect_uri")
        if response.status_code != 400 or not uri:
            return None
        return json_response({"redirect_url": f"{uri}?error=invalid_request"})

    server.after(AUTHORIZE, send)


@fault(violates="rfc8252/8.4/loopback-nothing-but-port")
def loopback_is_compared_by_prefix(server: ReferenceServer) -> None:
    """Loopback redirection URIs are compared by their prefix."""
    start = "http://127.0.0.1"
    server.replace(
        "loopback_without_port",
        lambda uri: start if uri.startswith(start) else None,
    )

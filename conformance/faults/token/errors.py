"""Faults of token error responses (RFC 6749 section 5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from conformance.faults import fault
from conformance.faults.token_endpoint import (
    TOKEN,
    change_errors,
    rename_error,
)

if TYPE_CHECKING:
    from flask import Response

    from conformance.reference import ReferenceServer


def _on_errors(server: ReferenceServer, name: str, value: Any) -> None:
    """Set an attribute of every error response."""

    def hook(response: Response) -> None:
        if response.status_code >= 400:
            setattr(response, name, value)

    server.after(TOKEN, hook)


@fault(
    violates=[
        "rfc6749/5.2/error-status",
        "rfc6749/5.2/invalid-request",
        "rfc6749/5.2/invalid-grant",
        "rfc6749/5.2/unsupported-grant-type",
        "rfc6749/5.2/invalid-scope",
        "rfc6749/5.2/invalid-client",
        "fittrackee/api-oauth2/token-invalid-code-400",
    ]
)
def errors_have_status_422(server: ReferenceServer) -> None:
    """Every token error has the status 422."""
    _on_errors(server, "status_code", 422)


@fault(violates="rfc6749/5.2/error-is-json")
def errors_are_sent_as_html(server: ReferenceServer) -> None:
    """Token errors have the content type text/html."""
    _on_errors(server, "mimetype", "text/html")


@fault(
    violates=[
        "rfc6749/5.2/error-registered",
        "rfc6749/5.2/invalid-grant",
        "fittrackee/api-oauth2/token-invalid-code-400",
    ]
)
def bad_code_has_a_code_of_its_own(server: ReferenceServer) -> None:
    """An invalid code or refresh token gets an unregistered error code."""
    rename_error(server, "invalid_grant", "bad_credential")


@fault(violates=["rfc6749/5.2/error-charset", "rfc6749/5.2/error-registered"])
def error_code_is_quoted(server: ReferenceServer) -> None:
    """The error code is enclosed in quotation marks."""
    change_errors(server, lambda body: body.update(error=f'"{body["error"]}"'))


@fault(violates="rfc6749/5.2/error-description-charset")
def description_repeats_what_was_sent(server: ReferenceServer) -> None:
    """The error_description of a token error quotes the request."""

    def quote(body: dict[str, Any]) -> None:
        body["error_description"] = f"bad request: {dict(request.form)}"

    change_errors(server, quote)


@fault(violates="rfc6749/5.2/error-uri-syntax")
def error_page_is_prose(server: ReferenceServer) -> None:
    """The error_uri is a sentence, not a URI."""
    change_errors(
        server, lambda body: body.update(error_uri="see the manual, page 3")
    )


@fault(violates="rfc6749/5.2/invalid-request")
def missing_grant_type_is_unsupported(server: ReferenceServer) -> None:
    """A missing grant type gets unsupported_grant_type."""

    def rename(body: dict[str, Any]) -> None:
        if not request.form.get("grant_type"):
            body["error"] = "unsupported_grant_type"

    change_errors(server, rename)


@fault(violates="rfc6749/5.2/invalid-grant")
def bad_grant_is_invalid_request(server: ReferenceServer) -> None:
    """An invalid code or refresh token gets invalid_request."""
    rename_error(server, "invalid_grant", "invalid_request")


@fault(violates="rfc6749/5.2/unsupported-grant-type")
def unknown_grant_type_is_invalid_request(server: ReferenceServer) -> None:
    """An unknown grant type gets invalid_request."""
    rename_error(server, "unsupported_grant_type", "invalid_request")

"""Faults of token responses (RFC 6749 section 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from conformance.faults import fault
from conformance.faults.token_endpoint import TOKEN, change_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from conformance.reference import ReferenceServer

REFRESH = "refresh_token"


def _without_header(server: ReferenceServer, endpoint: str, name: str) -> None:
    """Remove a header from an endpoint's responses."""

    def uncover(response: Response) -> None:
        response.headers.pop(name, None)

    server.after(endpoint, uncover)


@fault(violates="rfc6749/5.1/success-status")
def refresh_answers_201(server: ReferenceServer) -> None:
    """A refresh gets 201."""

    def hook(response: Response) -> None:
        asked = request.form.get("grant_type")
        if asked == REFRESH and response.status_code == 200:
            response.status_code = 201

    server.after(TOKEN, hook)


@fault(violates="rfc6749/5.1/access-token")
def refresh_answers_no_access_token(server: ReferenceServer) -> None:
    """A refresh returns no access token."""
    change_tokens(server, lambda body: body.pop("access_token"), grant=REFRESH)


@fault(
    violates=[
        "rfc6749/5.1/token-type",
        "fittrackee/api-oauth2/token-type-bearer",
        "fittrackee/api-oauth2/token-answer-members",
    ]
)
def token_type_is_not_told(server: ReferenceServer) -> None:
    """The token response has no token_type."""
    change_tokens(server, lambda body: body.pop("token_type"))


@fault(violates="fittrackee/api-oauth2/token-type-bearer")
def token_type_in_lower_case(server: ReferenceServer) -> None:
    """The token type is "bearer", not "Bearer"."""
    change_tokens(server, lambda body: body.update({"token_type": "bearer"}))


@fault(
    violates=[
        "rfc6749/5.1/expires-in",
        "fittrackee/api-oauth2/token-answer-members",
    ]
)
def lifetime_is_not_told(server: ReferenceServer) -> None:
    """The token response has no expires_in."""
    change_tokens(server, lambda body: body.pop("expires_in"))


@fault(violates="rfc6749/5.1/expires-in-number")
def lifetime_is_quoted(server: ReferenceServer) -> None:
    """The member expires_in is a string."""
    change_tokens(
        server, lambda body: body.update(expires_in=str(body["expires_in"]))
    )


@fault(violates="rfc6749/5.1/expires-in-number")
def lifetime_has_a_fraction(server: ReferenceServer) -> None:
    """The member expires_in is not an integer."""
    change_tokens(
        server, lambda body: body.update(expires_in=body["expires_in"] - 0.5)
    )


@fault(violates="fittrackee/api-oauth2/token-expires-at")
def end_is_told_in_milliseconds(server: ReferenceServer) -> None:
    """The member expires_at is in milliseconds."""
    change_tokens(
        server, lambda body: body.update(expires_at=body["expires_at"] * 1000)
    )


@fault(violates="fittrackee/api-oauth2/token-refresh-answer-members")
def refresh_does_not_tell_the_scope(server: ReferenceServer) -> None:
    """A refresh returns no scope."""
    change_tokens(server, lambda body: body.pop("scope", None), grant=REFRESH)


@fault(violates=["rfc6749/5.1/strings", "rfc6749/5.1/token-type"])
def token_type_is_a_list(server: ReferenceServer) -> None:
    """The token type is an array."""
    change_tokens(server, lambda body: body.update(token_type=["Bearer"]))


@fault(violates="rfc6749/3.3/scope-is-a-string")
def scope_is_a_list(server: ReferenceServer) -> None:
    """The scope is a list, as FitTrackee's documentation shows it."""
    change_tokens(
        server, lambda body: body.update(scope=body["scope"].split())
    )


@fault(violates="rfc6749/3.3/scope-is-a-string")
def scope_is_separated_by_commas(server: ReferenceServer) -> None:
    """Scopes are separated by commas and spaces."""
    change_tokens(
        server,
        lambda body: body.update(scope=f" {body['scope'].replace(' ', ', ')}"),
    )


@fault(violates="rfc6749/5.1/scope-when-different")
def answer_tells_the_apps_scope(server: ReferenceServer) -> None:
    """The token response states more scope than the token has."""
    change_tokens(
        server,
        lambda body: body.update(scope="profile:read workouts:read"),
        grant="authorization_code",
    )


@fault(violates="rfc6749/3.2/response-members-once")
def token_type_is_told_twice(server: ReferenceServer) -> None:
    """The token response has two token_type members."""

    def hook(response: Response) -> None:
        if response.status_code == 200:
            rest = response.get_data(as_text=True).lstrip()[1:]
            response.set_data(f'{{"token_type": "Bearer", {rest}')

    server.after(TOKEN, hook)


@fault(violates="rfc6749/5.1/json")
def tokens_are_sent_as_html(server: ReferenceServer) -> None:
    """Token responses have the content type text/html."""

    def hook(response: Response) -> None:
        if response.status_code == 200:
            response.mimetype = "text/html"

    server.after(TOKEN, hook)


@fault(violates="rfc6749/5.1/no-store")
def tokens_are_no_cache_but_stored(server: ReferenceServer) -> None:
    """The token response has Cache-Control no-cache, not no-store."""

    def weaken(response: Response) -> None:
        response.headers["Cache-Control"] = "no-cache"

    server.after(TOKEN, weaken)


@fault(violates="rfc6749/5.1/pragma-no-cache")
def token_answer_has_no_pragma(server: ReferenceServer) -> None:
    """The token response has no Pragma header."""
    _without_header(server, TOKEN, "Pragma")


@fault(
    violates=[
        "rfc6749/5.1/registration-no-store",
        "rfc6749/5.1/authorization-no-store",
    ]
)
def code_and_client_secret_may_be_stored(server: ReferenceServer) -> None:
    """Responses with a code or a client secret have no Cache-Control."""
    for route in ("POST /api/oauth/apps", "POST /api/oauth/authorize"):
        _without_header(server, route, "Cache-Control")


@fault(violates="rfc6749/5.1/token-charset")
def refresh_token_ends_with_a_line_break(server: ReferenceServer) -> None:
    """A refresh token ends with a line break."""
    make: Any = server.replace("new_refresh_token", lambda: f"{make()}\n")


def _issue(server: ReferenceServer, change: Callable[[str], str]) -> None:
    """Issue and store changed access tokens."""
    make: Any = server.replace("new_access_token", lambda: change(make()))


def _tell(server: ReferenceServer, change: Callable[[str], str]) -> None:
    """Return a changed access token that a database could not store."""
    change_tokens(
        server,
        lambda body: body.update(access_token=change(body["access_token"])),
    )


UNSENDABLE = ["rfc6749/5.1/token-charset", "rfc6750/2.1/token-grammar"]


@fault(violates=UNSENDABLE)
def access_token_holds_a_line_break(server: ReferenceServer) -> None:
    """An access token contains a line break."""
    _issue(server, lambda token: f"{token[:9]}\n{token[9:]}")


@fault(violates=UNSENDABLE)
def access_token_holds_an_umlaut(server: ReferenceServer) -> None:
    """An access token contains a non-ASCII letter."""
    _issue(server, lambda token: f"{token[:9]}ü{token[9:]}")


@fault(violates=UNSENDABLE)
def access_token_holds_half_a_pair(server: ReferenceServer) -> None:
    """An access token contains a lone surrogate."""
    _tell(server, lambda token: f"{token[:9]}\ud800{token[9:]}")


@fault(violates=UNSENDABLE)
def access_token_holds_nul(server: ReferenceServer) -> None:
    """An access token ends with a NUL character."""
    _tell(server, lambda token: f"{token}\0")


@fault(violates="rfc6750/2.1/token-grammar")
def access_token_ends_with_a_space(server: ReferenceServer) -> None:
    """An access token ends with a space."""
    _issue(server, lambda token: f"{token} ")


@fault(violates="robustness/token-fits-into-a-header")
def access_token_has_ten_megabytes(server: ReferenceServer) -> None:
    """An access token has ten million characters."""
    _tell(server, lambda token: (token * 10**6)[: 10**7])

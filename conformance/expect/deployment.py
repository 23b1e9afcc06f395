"""Matchers for what becomes of the flow behind a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.actors.issued import redirect_parameters
from conformance.expect.api import denied
from conformance.expect.authorization_endpoint import code, no_code_or_token_in
from conformance.expect.basics import (
    REFUSED,
    member,
    success,
    summary,
    that,
)
from conformance.expect.token_endpoint import no_token_in, tokens
from conformance.routes import PROFILE

if TYPE_CHECKING:
    import httpx

    from conformance.actors.app import App
    from conformance.actors.owner import Owner


def whole_flow(app: App, owner: Owner) -> None:
    """Demand every step from the registration to the revoked token."""
    success(owner.register())
    code(app.authorize(owner))
    tokens(app.exchange(app.must_authorize(owner)))
    obtained = app.must_obtain_tokens(owner)
    success(app.call(obtained.access_token, PROFILE))
    tokens(app.refresh(obtained))
    renewed = app.must_obtain_tokens(owner)
    success(app.revoke(renewed.access_token))
    denied(app.call(renewed.access_token, PROFILE))


def all_or_nothing(app: App, owner: Owner) -> None:
    """Demand that the whole flow works, or that it is refused at once."""
    first = app.authorize(owner)
    if "code" in redirect_parameters(first):
        whole_flow(app, owner)
    else:
        refused_with_reason(first)


def refused_with_reason(response: httpx.Response) -> None:
    """Demand a refusal (4xx) that says why in JSON, and grants nothing."""
    why = member(response, "error") or member(response, "message")
    that(
        response.status_code in REFUSED and isinstance(why, str),
        "a refusal (4xx) with an error or a message in JSON",
        summary(response),
    )
    no_code_or_token_in(response)
    no_token_in(response)


def refused_or_sent_to_https(response: httpx.Response) -> None:
    """Demand that plain HTTP is answered with a refusal or sent to HTTPS."""
    location = response.headers.get("location", "")
    sent_on = response.is_redirect and location.startswith("https://")
    that(
        sent_on or response.status_code in REFUSED,
        "a refusal (4xx), or a redirection to HTTPS",
        f"{summary(response)} {location}".strip(),
    )
    no_code_or_token_in(response)
    no_token_in(response)

"""Matchers for responses that a reverse proxy forwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.expect.authorization_endpoint import no_code_or_token_in
from conformance.expect.basics import REFUSED, member, that
from conformance.expect.token_endpoint import no_token_in
from conformance.expect.wording import summary

if TYPE_CHECKING:
    import httpx


def refused_with_reason(response: httpx.Response) -> None:
    """Demand a refusal (4xx) with a reason in JSON, and no code or token."""
    reason = member(response, "error") or member(response, "message")
    that(
        response.status_code in REFUSED and isinstance(reason, str),
        "a refusal (4xx) with an error or a message in JSON",
        summary(response),
    )
    no_code_or_token_in(response)
    no_token_in(response)


def refused_or_sent_to_https(response: httpx.Response) -> None:
    """Demand a refusal or a redirection to HTTPS, and no code or token."""
    location = response.headers.get("location", "")
    redirected = response.is_redirect and location.startswith("https://")
    that(
        redirected or response.status_code in REFUSED,
        "a refusal (4xx), or a redirection to HTTPS",
        f"{summary(response)} {location}".strip(),
    )
    no_code_or_token_in(response)
    no_token_in(response)

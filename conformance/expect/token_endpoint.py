"""Matchers for token responses and their errors (RFC 6749 section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.expect.basics import REFUSED, member, that
from conformance.expect.wording import about, listed, summary, value

if TYPE_CHECKING:
    from collections.abc import Collection

    import httpx

ERROR_CODES = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
)
NQCHAR = "".join(chr(n) for n in range(0x21, 0x7F) if chr(n) not in '"\\')


def error(
    response: httpx.Response,
    *codes: str,
    statuses: Collection[int] = (400,),
    given: str = "",
) -> None:
    """Demand an error response of RFC 6749 section 5.2.

    Args:
        response: The response.
        *codes: The ``error`` values that the clause allows.
        statuses: The status codes that the clause allows.
        given: What was sent, where the requirement has several cases.
    """
    actual = member(response, "error")
    wanted = " or ".join(codes)
    numbers = " or ".join(map(str, statuses))
    that(
        response.status_code in statuses and actual in codes,
        about(f'{numbers} with "error": {wanted}', given),
        summary(response),
    )


def tokens_refused(response: httpx.Response, given: str = "") -> None:
    """Demand a refusal (4xx) without an access or refresh token."""
    issued = [
        name
        for name in ("access_token", "refresh_token")
        if member(response, name) is not None
    ]
    that(
        not issued and response.status_code in REFUSED,
        about("a refusal (4xx) that issues no token", given),
        summary(response),
    )


def tokens(response: httpx.Response, given: str = "") -> None:
    """Demand a successful token response with an access token."""
    that(
        response.status_code == 200 and member(response, "access_token"),
        about("200 with an access token", given),
        summary(response),
    )


def not_cached(response: httpx.Response) -> None:
    """Demand ``Cache-Control: no-store`` (RFC 6749 section 5.1)."""
    header = response.headers.get("cache-control", "")
    that(
        "no-store" in [part.strip().lower() for part in header.split(",")],
        "Cache-Control: no-store",
        f"Cache-Control: {header or 'absent'}",
    )


def pragma_no_cache(response: httpx.Response) -> None:
    """Demand ``Pragma: no-cache`` (RFC 6749 section 5.1)."""
    header = response.headers.get("pragma", "")
    that(
        header.strip().lower() == "no-cache",
        "Pragma: no-cache",
        f"Pragma: {header or 'absent'}",
    )


def no_token_in(response: httpx.Response) -> None:
    """Demand no access or refresh token; the status does not matter."""
    that(
        member(response, "access_token") is None
        and member(response, "refresh_token") is None,
        "a response without a token",
        summary(response),
    )


def registered_error(response: httpx.Response) -> None:
    """Demand one of the error codes of RFC 6749 section 5.2."""
    that(
        member(response, "error") in ERROR_CODES,
        f'"error": one of {", ".join(ERROR_CODES)}',
        summary(response),
    )


def allowed_characters(response: httpx.Response, name: str) -> None:
    """Demand that a member has only the characters of RFC 6749 section 5.2.

    Args:
        response: An error response; the member may be absent.
        name: ``error``, ``error_description`` or ``error_uri``; only the
            last may not contain spaces.
    """
    text = member(response, name)
    allowed = NQCHAR if name == "error_uri" else f" {NQCHAR}"
    wrong = set(text) - set(allowed) if isinstance(text, str) else set()
    that(
        text is None or (isinstance(text, str) and text and not wrong),
        f'"{name}" of printable ASCII without quotes and backslashes',
        f"{value(text)}; not allowed: {listed(wrong)}",
    )

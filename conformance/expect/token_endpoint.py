"""Matchers for token responses and their errors (RFC 6749 section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.expect.basics import REFUSED, member, summary, that

if TYPE_CHECKING:
    from collections.abc import Collection

    import httpx


def error(
    response: httpx.Response,
    *codes: str,
    statuses: Collection[int] = (400,),
) -> None:
    """Demand an error response of RFC 6749 section 5.2.

    Args:
        response: What came.
        *codes: The ``error`` values that the clause allows.
        statuses: The status codes that the clause allows.
    """
    came = member(response, "error")
    wanted = " or ".join(codes)
    numbers = " or ".join(map(str, statuses))
    that(
        response.status_code in statuses and came in codes,
        f'{numbers} with "error": {wanted}',
        summary(response),
    )


def no_tokens(response: httpx.Response) -> None:
    """Demand that an answer issues nothing and is a refusal."""
    issued = [
        name
        for name in ("access_token", "refresh_token")
        if member(response, name) is not None
    ]
    that(
        not issued and response.status_code in REFUSED,
        "a refusal (4xx) that issues no token",
        summary(response),
    )


def tokens(response: httpx.Response) -> None:
    """Demand a successful token response with an access token."""
    that(
        response.status_code == 200 and member(response, "access_token"),
        "200 with an access token",
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

"""Sets of concurrent requests, and counts of the tokens that remain."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from conformance.routes import PROFILE, app_deletion, app_revocation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx

    from conformance.actors.app import App
    from conformance.actors.owner import Owner
    from conformance.adversary.races.race import Verb

    Contest = Callable[[App, Owner, int], list[Verb]]


def delete(owner: Owner, app: App) -> httpx.Response:
    """Delete an app; return the response."""
    return owner.delete(app_deletion(app.id))


def revoke_all(owner: Owner, app: App) -> httpx.Response:
    """Revoke all tokens of an app; return the response."""
    return owner.post(app_revocation(app.id))


def one_code(app: App, owner: Owner, size: int) -> list[Verb]:
    """Return requests that all exchange the same code."""
    return [partial(app.exchange, app.must_authorize(owner))] * size


def codes(app: App, owner: Owner, size: int) -> list[Verb]:
    """Return requests that each exchange a code of their own."""
    return [
        partial(app.exchange, app.must_authorize(owner)) for _ in range(size)
    ]


def one_refresh_token(app: App, owner: Owner, size: int) -> list[Verb]:
    """Return requests that all use the same refresh token."""
    return [partial(app.refresh, app.must_obtain_tokens(owner))] * size


def refresh_tokens(app: App, owner: Owner, size: int) -> list[Verb]:
    """Return requests that each use a refresh token of their own."""
    return [
        partial(app.refresh, app.must_obtain_tokens(owner))
        for _ in range(size)
    ]


def _refresh_and_revocation(app: App, owner: Owner, size: int) -> list[Verb]:
    tokens = app.must_obtain_tokens(owner)
    both: list[Verb] = [
        partial(app.refresh, tokens),
        partial(app.revoke, tokens.refresh_token),
    ]
    return both * (size // 2)


def _revocations(app: App, owner: Owner, size: int) -> list[Verb]:
    tokens = app.must_obtain_tokens(owner)
    both: list[Verb] = [
        partial(app.revoke, tokens.access_token),
        partial(app.revoke, tokens.refresh_token),
    ]
    return both * (size // 2)


def _all_revoked(app: App, owner: Owner, size: int) -> list[Verb]:
    half = size // 2
    uses = refresh_tokens(app, owner, half)
    return [*uses, *[partial(revoke_all, owner, app)] * half]


def _exchange_and_deletion(app: App, owner: Owner, size: int) -> list[Verb]:
    half = size // 2
    uses = codes(app, owner, half)
    return [*uses[:-1], partial(delete, owner, app), uses[-1]]


def _consent_and_deletion(app: App, owner: Owner, size: int) -> list[Verb]:
    consents: list[Verb] = [partial(app.authorize, owner)] * (size - 1)
    return [*consents[:2], partial(delete, owner, app), *consents[2:]]


def _deletions(app: App, owner: Owner, size: int) -> list[Verb]:
    others = [owner.must_register() for _ in range(size // 2 - 1)]
    return [
        partial(delete, owner, one) for one in (app, *others) for _ in range(2)
    ]


TOKEN_CONTESTS: dict[str, Contest] = {
    "one code": one_code,
    "one refresh token": one_refresh_token,
    "many codes": codes,
    "refresh and revocation": _refresh_and_revocation,
    "revocations of one grant": _revocations,
}
"""Sets of concurrent requests for tokens or revocation, by name."""

APP_CONTESTS: dict[str, Contest] = {
    "deletions, each twice": _deletions,
    "exchange and deletion": _exchange_and_deletion,
    "consent and deletion": _consent_and_deletion,
    "refresh and revocation of all": _all_revoked,
}
"""Sets that also delete the app or revoke all its tokens, by name."""


def winners(responses: Sequence[httpx.Response]) -> list[dict[str, Any]]:
    """Return the bodies of the responses that issue an access token."""
    return [body for body in map(_body, responses) if "access_token" in body]


def opening(app: App, tokens: Sequence[dict[str, Any]]) -> int:
    """Return the number of access tokens that the API accepts."""
    return sum(
        app.call(token, PROFILE).is_success
        for token in _distinct("access_token", tokens)
    )


def renewing(app: App, tokens: Sequence[dict[str, Any]]) -> int:
    """Return the number of refresh tokens that work, by using each once."""
    request = {"grant_type": "refresh_token"}
    return sum(
        app.token_request({**request, "refresh_token": token}, {}).is_success
        for token in _distinct("refresh_token", tokens)
    )


def _distinct(name: str, tokens: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(body[name] for body in tokens if name in body))


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}

"""The whole flow, from the registration to the revoked token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.routes import PROFILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from conformance.actors.app import App
    from conformance.actors.owner import Owner


def whole_flow(app: App, owner: Owner) -> Iterator[tuple[str, httpx.Response]]:
    """Walk through the flow; yield each step's name and response.

    The next step is taken when the response before it has been looked at.
    """
    yield "registration", owner.register()
    yield "authorization", app.authorize(owner)
    yield "exchange", app.exchange(app.must_authorize(owner))
    tokens = app.must_obtain_tokens(owner)
    yield "call", app.call(tokens.access_token, PROFILE)
    yield "refresh", app.refresh(tokens)
    revoked = app.must_obtain_tokens(owner).access_token
    yield "revocation", app.revoke(revoked)
    yield "call with the revoked token", app.call(revoked, PROFILE)

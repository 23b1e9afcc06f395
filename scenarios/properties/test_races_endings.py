"""What ends tokens, at the same moment as they are used or issued."""

from functools import partial

import pytest

from conformance import Blocked, Unsupported, expect, observe, verifies
from conformance.adversary.races import (
    codes,
    delete,
    opening,
    refresh_tokens,
    renewing,
    revoke_all,
    winners,
)
from conformance.routes import PROFILE


def none_left(race, left):
    """Demand that nothing was left in any round that ended something."""
    if not left:
        raise Blocked("nothing was ended in any round")
    told = race.summary(left, "tokens that live on")
    observe(told)
    expect.that(not any(left), "no token that lives on", told)


@verifies("fittrackee/api-oauth2/revoke-all-at-once")
def test_refresh_under_way_when_all_is_revoked(app, owner, race):
    """Tokens refreshed while all are revoked are revoked as well."""
    app.must_refresh(app.must_obtain_tokens(owner))  # control
    left = []
    for turn in race.turns(left):
        uses = refresh_tokens(app, owner, race.connections - 1)
        end = partial(revoke_all, owner, app)
        ended, answers = race.against(end, uses, turn)
        if ended.is_success:
            won = winners(answers)
            left.append(opening(app, won) + renewing(app, won))

    none_left(race, left)


@verifies("fittrackee/api-oauth2/delete-at-once")
@pytest.mark.parametrize("using", [codes, refresh_tokens])
def test_tokens_under_way_when_their_app_is_deleted(owner, race, using):
    """Tokens issued while their app is deleted end with it."""
    left = []
    for turn in race.turns(left):
        app = owner.must_register()
        app.must_refresh(app.must_obtain_tokens(owner))  # control
        uses = using(app, owner, race.connections - 1)
        end = partial(delete, owner, app)
        ended, answers = race.against(end, uses, turn)
        if ended.is_success:
            won = winners(answers)
            left.append(opening(app, won) + renewing(app, won))

    none_left(race, left)


@verifies("rfc7009/2.1/revoked-while-used")
def test_access_token_revoked_while_it_is_used(app, owner, race):
    """An access token revoked while the API is called with it has ended."""
    left = []
    for turn in race.turns(left):
        tokens = app.must_obtain_tokens(owner)
        app.must_call(tokens.access_token, PROFILE)  # control
        call = partial(app.call, tokens.access_token, PROFILE)
        end = partial(app.revoke, tokens.access_token)
        uses = [call] * (race.connections - 1)
        ended, _ = race.against(end, uses, turn)
        if ended.is_success:
            left.append(opening(app, [tokens.body]))

    none_left(race, left)


@verifies("rfc7009/2.1/revoked-while-refreshed")
def test_refresh_token_revoked_while_it_is_used(app, owner, race):
    """A refresh token revoked while it is used leaves no tokens behind."""
    tokens = app.must_obtain_tokens(owner)
    successor = app.must_refresh(tokens)
    app.must_revoke(tokens.refresh_token)
    if opening(app, [successor.body]):
        raise Unsupported("a used refresh token is revoked by itself")
    left = []
    for turn in race.turns(left):
        half = race.connections // 2
        held = [app.must_obtain_tokens(owner) for _ in range(half)]
        ends = [partial(app.revoke, tokens.refresh_token) for tokens in held]
        uses = [partial(app.refresh, tokens) for tokens in held]
        answers = race.run([*uses, *ends] if turn % 2 else [*ends, *uses])
        won = winners(answers)
        left.append(opening(app, won) + renewing(app, won))

    none_left(race, left)

"""One code or refresh token, presented many times at the same moment."""

from functools import partial

import pytest

from conformance import Blocked, Unsupported, expect, observe, verifies
from conformance.adversary.contests import (
    CONTESTS,
    PROFILE,
    codes,
    delete,
    one_code,
    opening,
    renewing,
    revoke_all,
    winners,
)


@verifies("rfc6749/4.1.2/code-single-use-at-once")
def test_code_wins_once(app, owner, race):
    """Of many exchanges of a code at the same moment one wins at most."""
    app.must_obtain_tokens(owner)  # control: a code is good
    won = []
    for _ in race.turns(won, most=1):
        answers = race.run(one_code(app, owner, race.connections))
        won.append(len(winners(answers)))

    told = race.told(won)
    observe(told)
    expect.that(max(won) <= 1, "one winner at most in each round", told)


@verifies("rfc6749/5.2/invalid-grant")
def test_late_exchange_is_told(app, owner, race):
    """A code that another exchange was faster with is an invalid grant."""
    app.must_obtain_tokens(owner)  # control: a code is good
    for _ in race.turns([]):
        answers = race.run(one_code(app, owner, race.connections))
        for answer in answers:
            if answer.is_client_error:
                expect.error(answer, "invalid_grant")


@verifies("robustness/rotation-at-once")
def test_refresh_token_has_one_successor(app, owner, race):
    """A refresh token used many times at once has one successor at most."""
    tokens = app.must_obtain_tokens(owner)
    app.must_refresh(tokens)  # control: it is good
    if app.refresh(tokens).is_success:
        raise Unsupported("the server leaves a used refresh token good")
    lines = []
    for _ in race.turns(lines, most=1):
        tokens = app.must_obtain_tokens(owner)
        answers = race.same(partial(app.refresh, tokens))
        lines.append(renewing(app, winners(answers)))

    told = race.told(lines, "successors that live on")
    observe(told)
    expect.that(max(lines) <= 1, "one successor at most that lives on", told)


@pytest.mark.parametrize("contest", CONTESTS.values(), ids=CONTESTS)
@verifies("robustness/race-survives")
def test_nobody_meets_a_crash(owner, race, contest):
    """Requests at the same moment are answered without a server error."""
    owner.must_register().must_obtain_tokens(owner)  # control
    crashes = []
    for _ in race.turns(crashes):
        app = owner.must_register()
        answers = race.run(contest(app, owner, race.connections))
        crashes.append(sum(answer.is_server_error for answer in answers))

    told = race.told(crashes, "server errors")
    observe(told)
    expect.that(not any(crashes), "no server error", told)


@verifies("fittrackee/api-oauth2/isolation-at-once")
def test_users_at_once_get_their_own(app, owner, stranger, race):
    """Tokens issued at the same moment show each the user who gave it."""
    users = [owner, stranger] * (race.connections // 2)
    names = [username(user.get(PROFILE)) for user in (owner, stranger)]
    for _ in race.turns([]):
        asked = [partial(app.exchange, app.must_authorize(u)) for u in users]
        tokens = winners(race.run(asked))
        if len(tokens) < len(users):
            raise Blocked(f"{len(tokens)} of {len(users)} codes gave tokens")
        for turn, body in enumerate(tokens):
            came = username(app.must_call(body["access_token"], PROFILE))
            name = names[turn % 2]
            expect.that(came == name, f"the profile of {name}", came)


def username(response):
    """Return whose profile came."""
    return (expect.member(response, "data") or {}).get("username")


ENDS = "fittrackee/api-oauth2/"
ACCESS = [
    pytest.param(
        revoke_all,
        id="revocation of all",
        marks=verifies(f"{ENDS}revoke-all-ends-access-tokens"),
    ),
    pytest.param(
        delete,
        id="deletion",
        marks=verifies(f"{ENDS}delete-ends-access-tokens"),
    ),
]
REFRESH = [
    pytest.param(
        revoke_all,
        id="revocation of all",
        marks=verifies(f"{ENDS}revoke-all-ends-refresh-tokens"),
    ),
    pytest.param(
        delete,
        id="deletion",
        marks=verifies(f"{ENDS}delete-ends-refresh-tokens"),
    ),
]


@pytest.fixture
def won(app, owner, race):
    """Tokens won at once: by codes of their own, and by one code."""
    half = race.connections // 2
    asked = codes(app, owner, half) + one_code(app, owner, half)
    tokens = winners(race.run(asked))
    if not opening(app, tokens):
        raise Blocked("no exchange at the same moment gave tokens")
    return tokens


@pytest.mark.parametrize("end", ACCESS)
def test_access_tokens_won_at_once_end(app, owner, won, end):
    """Access tokens won at the same moment end with all the others."""
    ended = end(owner, app)
    if not ended.is_success:
        raise Blocked(f"nothing was ended: {expect.summary(ended)}")

    left = opening(app, won)
    expect.that(not left, "none that opens the API", f"{left} of {len(won)}")


@pytest.mark.parametrize("end", REFRESH)
def test_refresh_tokens_won_at_once_end(app, owner, won, end):
    """Refresh tokens won at the same moment end with all the others."""
    ended = end(owner, app)
    if not ended.is_success:
        raise Blocked(f"nothing was ended: {expect.summary(ended)}")

    left = renewing(app, won)
    expect.that(not left, "none that gives tokens", f"{left} of {len(won)}")

"""One code or refresh token, presented many times at the same moment."""

from functools import partial

import pytest

from conformance import Unsupported, expect, observe, verifies
from conformance.actors import must_have, must_succeed, unmet
from conformance.adversary.races import (
    APP_CONTESTS,
    TOKEN_CONTESTS,
    codes,
    delete,
    one_code,
    opening,
    renewing,
    revoke_all,
    winners,
)
from conformance.routes import PROFILE


@verifies("rfc6749/4.1.2/code-single-use-at-once")
def test_code_wins_once(app, owner, race):
    """Of many exchanges of a code at the same moment one wins at most."""
    app.must_obtain_tokens(owner)  # control: a code is good
    won = []
    for _ in race.turns(won, most=1):
        answers = race.run(one_code(app, owner, race.connections))
        won.append(len(winners(answers)))

    told = race.summary(won)
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

    told = race.summary(lines, "successors that live on")
    observe(told)
    expect.that(max(lines) <= 1, "one successor at most that lives on", told)


@pytest.mark.parametrize(
    "contest", TOKEN_CONTESTS.values(), ids=TOKEN_CONTESTS
)
@verifies("robustness/token-race-survives")
def test_no_app_meets_a_crash(owner, race, contest):
    """Apps that ask at the same moment meet no server error."""
    no_crash(owner, race, contest)


@pytest.mark.parametrize("contest", APP_CONTESTS.values(), ids=APP_CONTESTS)
@verifies("robustness/app-race-survives")
def test_no_owner_meets_a_crash(owner, race, contest):
    """Who ends an app or its tokens while it is used meets no server error."""
    no_crash(owner, race, contest)


def no_crash(owner, race, contest):
    """Demand that no response of any round is a server error."""
    owner.must_register().must_obtain_tokens(owner)  # control
    crashes = []
    for _ in race.turns(crashes):
        app = owner.must_register()
        answers = race.run(contest(app, owner, race.connections))
        crashes.append(sum(answer.is_server_error for answer in answers))

    told = race.summary(crashes, "server errors")
    observe(told)
    expect.that(not any(crashes), "no server error", told)


@verifies("fittrackee/api-oauth2/isolation-at-once")
def test_users_at_once_get_their_own(app, owner, stranger, race):
    """Tokens issued at the same moment show each the user who gave it."""
    users = [owner, stranger] * (race.connections // 2)
    names = [owner.username, stranger.username]
    for _ in race.turns([]):
        asked = [partial(app.exchange, app.must_authorize(u)) for u in users]
        tokens = winners(race.run(asked))
        if len(tokens) < len(users):
            raise unmet(
                "must_exchange",
                f"tokens for each of {len(users)} codes",
                actual=f"{len(tokens)} codes gave tokens",
            )
        for turn, body in enumerate(tokens):
            response = app.must_call(body["access_token"], PROFILE)
            came = must_have(response, "data", "username")
            name = names[turn % 2]
            expect.that(came == name, f"the profile of {name}", came)


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
        raise unmet(
            "won", "tokens that open the API, won at once", actual="none"
        )
    return tokens


@pytest.mark.parametrize("end", ACCESS)
def test_access_tokens_won_at_once_end(app, owner, won, end):
    """Access tokens won at the same moment end with all the others."""
    must_succeed(end(owner, app), verb="must_end")

    left = opening(app, won)
    expect.that(not left, "none that opens the API", f"{left} of {len(won)}")


@pytest.mark.parametrize("end", REFRESH)
def test_refresh_tokens_won_at_once_end(app, owner, won, end):
    """Refresh tokens won at the same moment end with all the others."""
    must_succeed(end(owner, app), verb="must_end")

    left = renewing(app, won)
    expect.that(not left, "none that gives tokens", f"{left} of {len(won)}")

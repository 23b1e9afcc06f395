"""The model knows what must and what must not work, and what it cannot."""

import pytest

from conformance.adversary.histories.model import HistoryModel
from conformance.adversary.histories.state import WIDE, Invariant

SCOPE = {"profile:read"}


@pytest.fixture
def life():
    return HistoryModel()


def connected(life, owner="owner", user="owner", app=None):
    """Let an app have tokens; return its code and both of them."""
    app = app or life.registered(owner, WIDE, None)
    code = life.granted(app, user, WIDE[:1], "code")
    number = len(life.access)
    life.exchanged(code, f"access {number}", f"refresh {number}", SCOPE)
    return code, life.access[-1], life.refresh[-1]


def test_names(life):
    code, access, refresh = connected(life)
    assert [str(code), str(access)] == ["code 1", "access token 1"]
    assert refresh.variable == "refresh_token_1"
    assert connected(life)[0].app.letter == "B"


def test_an_exchanged_code_is_good_no_more(life):
    code, access, refresh = connected(life)
    assert code.forbidden == {Invariant.CODE_ONCE}
    assert access.sure
    assert refresh.sure


def test_nothing_is_demanded_before_its_like_was_seen_to_work(life):
    code, access, refresh = connected(life)
    fresh = life.granted(code.app, "owner", WIDE, "another")
    assert fresh.demanded  # a code of the app worked
    assert not access.demanded
    assert not refresh.demanded
    access.seen = True
    assert access.demanded


def test_rotation_leaves_the_old_tokens_open(life):
    _, access, refresh = connected(life)
    new = life.refreshed(refresh, "newer", "rotated", SCOPE)
    assert not access.sure
    assert not access.forbidden
    assert not refresh.sure
    assert not refresh.forbidden
    assert new.sure
    assert life.refresh[-1].demanded


@pytest.mark.parametrize("again", ["", "refresh 0"])
def test_a_server_need_not_rotate(life, again):
    _, _, refresh = connected(life)
    life.refreshed(refresh, "newer", again, SCOPE)
    assert life.refresh == [refresh]
    assert refresh.demanded


@pytest.mark.parametrize("certain", [True, False])
def test_a_revocation_concerns_one_consent(life, certain):
    _, access, refresh = connected(life)
    _, theirs, _ = connected(life, user="stranger", app=access.app)
    _, other, _ = connected(life)
    life.revoked(access, certain=certain)
    assert access.forbidden == ({Invariant.REVOKED} if certain else set())
    assert not refresh.sure  # it may end too, or not
    assert not refresh.forbidden
    assert theirs.sure
    assert other.sure


def test_revoking_all_says_nothing_of_codes(life):
    _, access, refresh = connected(life)
    _, theirs, _ = connected(life, user="stranger", app=access.app)
    code = life.granted(access.app, "owner", WIDE, "another")
    _, other, _ = connected(life)
    life.all_revoked(access.app, certain=True)
    for token in (access, refresh, theirs):
        assert Invariant.WITH_APP in token.forbidden
    assert not code.sure
    assert not code.forbidden
    assert other.sure


def test_a_deletion_ends_codes_too(life):
    _, access, _ = connected(life)
    code = life.granted(access.app, "owner", WIDE, "another")
    life.deleted(access.app, certain=True)
    assert code.forbidden == {Invariant.WITH_APP}
    assert life.existing == []


def test_a_deletion_that_failed_ends_nothing_for_sure(life):
    _, access, _ = connected(life)
    life.deleted(access.app, certain=False)
    assert not access.sure
    assert not access.forbidden
    assert life.existing == [access.app]


def test_a_new_consent_may_take_the_place_of_the_old_one(life):
    _, access, _ = connected(life)
    _, theirs, _ = connected(life, user="stranger", app=access.app)
    connected(life, app=access.app)
    assert not access.sure
    assert not access.forbidden
    assert theirs.sure


def test_what_comes_of_a_replay_is_never_sure(life):
    code, _, _ = connected(life)
    life.disturbed(code.consent)
    token = life.exchanged(code, "access", "refresh", SCOPE)
    assert not token.sure
    assert not token.forbidden


def test_a_refusal_is_remembered(life):
    _, access, _ = connected(life)
    life.refused(access)
    assert access.forbidden == {Invariant.REFUSED}

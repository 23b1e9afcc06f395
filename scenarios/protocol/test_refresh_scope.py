"""Which scope a refresh gives (RFC 6749 section 6)."""

import pytest

from conformance import expect, verifies
from conformance.actors import (
    NO_MORE_THAN_ASKED,
    must_be_refused,
    must_be_tokens,
)
from conformance.routes import PROFILE, WORKOUTS
from conformance.samples import granted_scope

NARROW = "profile:read"
WIDE = "profile:read workouts:read"


@pytest.mark.parametrize(
    "asked",
    [WIDE, "workouts:read", f"{NARROW} profile:write"],
    ids=["the app's", "another of the app's", "beyond the app's"],
)
@verifies("rfc6749/6/scope-not-widened")
def test_refresh_cannot_widen_the_scope(app, owner, asked):
    """A refresh gives no scope that the user did not grant."""
    narrow = app.must_obtain_tokens(owner, scope=NARROW)
    narrow = app.must_refresh(narrow, scope=NARROW)  # control: it is granted

    expect.tokens_refused(app.refresh(narrow, scope=asked))


@verifies("rfc6749/6/scope-not-widened")
def test_refresh_gives_no_more_than_was_granted(app, owner):
    """A refresh for the scope that was granted gives that and no more."""
    narrow = app.must_obtain_tokens(owner, scope=NARROW)
    response = app.call(narrow.access_token, WORKOUTS)
    must_be_refused(response, broken=NO_MORE_THAN_ASKED)

    refreshed = must_be_tokens(app.refresh(narrow, scope=NARROW))
    told = granted_scope(refreshed, NARROW) - {""}
    expect.that(
        told <= {NARROW},
        f"a token for no more than {NARROW}",
        f"a token for {' '.join(sorted(told))}",
    )
    expect.refused(app.call(refreshed.access_token, WORKOUTS))


@pytest.mark.parametrize(
    "asked",
    [WIDE, f"{NARROW} no:such", 'profile:read"'],
    ids=["not granted", "unknown", "malformed"],
)
@verifies("rfc6749/5.2/invalid-scope")
def test_bad_scope_is_invalid_scope(app, owner, asked):
    """A refresh for a scope it cannot have is told so."""
    narrow = app.must_obtain_tokens(owner, scope=NARROW)
    narrow = app.must_refresh(narrow, scope=NARROW)  # control: it is granted

    expect.error(app.refresh(narrow, scope=asked), "invalid_scope")


@verifies("rfc6749/3.3/scope-case-sensitive")
def test_scope_has_its_case(app, tokens):
    """A granted scope written in capitals is another scope."""
    tokens = app.must_refresh(tokens, scope=NARROW)  # control: as granted

    expect.tokens_refused(app.refresh(tokens, scope=NARROW.upper()))


@pytest.mark.parametrize("granted", [NARROW, WIDE])
@verifies("rfc6749/6/omitted-scope-is-the-original")
def test_refresh_without_scope_gives_what_was_granted(app, owner, granted):
    """A refresh that names no scope gives the scope of the consent."""
    tokens = app.must_obtain_tokens(owner, scope=granted)
    app.must_call(tokens.access_token, PROFILE)  # control: it was granted
    if granted == WIDE:
        app.must_call(tokens.access_token, WORKOUTS)
    else:
        response = app.call(tokens.access_token, WORKOUTS)
        must_be_refused(response, broken=NO_MORE_THAN_ASKED)

    refreshed = app.must_refresh(tokens)
    expect.that(
        granted_scope(refreshed, granted) == set(granted.split()),
        f"the scope {granted}",
        f"the scope {refreshed.scope}",
    )
    answer = app.call(refreshed.access_token, WORKOUTS)
    (expect.accepted if granted == WIDE else expect.refused)(answer)


@verifies("rfc6749/6/omitted-scope-is-the-original")
def test_refresh_without_scope_after_a_narrow_one(app, tokens):
    """A narrower scope does not become the one that is meant by none."""
    app.must_call(tokens.access_token, WORKOUTS)  # control: it was granted
    narrow = app.must_refresh(tokens, scope=NARROW)

    refreshed = app.must_refresh(narrow)
    expect.accepted(app.call(refreshed.access_token, WORKOUTS))


@verifies("rfc6749/6/refresh-token-keeps-its-scope")
def test_narrow_refresh_does_not_narrow_the_consent(app, tokens):
    """After a refresh with a narrower scope the granted one is still there."""
    app.must_call(tokens.access_token, WORKOUTS)  # control: it was granted
    narrow = app.must_refresh(tokens, scope=NARROW)

    response = app.refresh(narrow, scope=WIDE)
    expect.tokens(response)
    token = expect.member(response, "access_token")
    expect.accepted(app.call(token, WORKOUTS))

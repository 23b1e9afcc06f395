"""What a scope opens, one cheap request for each."""

import pytest

from conformance import expect, verifies
from conformance.actors import (
    must_answer,
    must_be_let_in,
    must_be_tokens,
    redirect_parameters,
)
from conformance.routes import (
    CONFIG,
    EDIT_PROFILE,
    PROFILE,
    RECORDS,
    STATISTICS,
    UNKNOWN_SPORT,
    USERS,
    WORKOUTS,
)
from conformance.samples import CHEAP, granted_scope

READ_PROFILE, READ_WORKOUTS = "profile:read", "workouts:read"

EVERY_SCOPE = [
    pytest.param(
        scope,
        id=scope,
        marks=verifies(f"fittrackee/oauth/scope-{scope.replace(':', '-')}"),
    )
    for scope in CHEAP
]


@pytest.mark.parametrize("scope", EVERY_SCOPE)
def test_scope_lets_in(scope_tokens, scope):
    """A token with the scope alone is let in."""
    token = scope_tokens.exactly(scope, role=CHEAP[scope].role)

    expect.accepted(scope_tokens.send(CHEAP[scope], token))


@pytest.mark.parametrize("scope", EVERY_SCOPE)
def test_other_scopes_keep_out(scope_tokens, scope):
    """A token with every other scope is kept out."""
    role = CHEAP[scope].role
    good = scope_tokens.exactly("profile:read", role=role)
    scope_tokens.app.must_call(good, PROFILE)
    token = scope_tokens.all_but(scope, role=role)

    expect.denied(scope_tokens.send(CHEAP[scope], token))


@verifies("rfc6749/7/scope-covers-request")
@pytest.mark.parametrize("path", [USERS, RECORDS])
def test_uncovered_request_is_refused(scope_tokens, path):
    """A token that may only read the profile reads nothing else."""
    token = scope_tokens.exactly("profile:read")
    scope_tokens.app.must_call(token, PROFILE)

    answer = must_answer(scope_tokens.app.call(token, path))
    expect.denied(answer)


@verifies("rfc9700/2.3/action-and-resource")
@pytest.mark.parametrize("path", [EDIT_PROFILE, WORKOUTS])
def test_reading_is_not_writing(scope_tokens, path):
    """A token with every scope to read writes nothing."""
    reading = [s for s in scope_tokens.known if s.endswith(":read")]
    token = scope_tokens.exactly(*reading)
    scope_tokens.app.must_call(token, PROFILE)

    answer = scope_tokens.app.call(token, path, "POST", json={})
    expect.denied(must_answer(answer))


@verifies("rfc9700/2.3/action-and-resource")
@pytest.mark.parametrize("path", [PROFILE, WORKOUTS])
def test_writing_is_not_reading(scope_tokens, path):
    """A token with every scope to write reads nothing."""
    writing = [s for s in scope_tokens.known if s.endswith(":write")]
    token = scope_tokens.exactly(*writing)
    must_be_let_in(scope_tokens.app.call(token, EDIT_PROFILE, "POST", json={}))

    answer = must_answer(scope_tokens.app.call(token, path))
    expect.denied(answer)


@verifies("rfc6749/3.3/order-irrelevant")
@pytest.mark.parametrize(
    "asked", ["profile:read workouts:read", "workouts:read profile:read"]
)
def test_each_scope_adds_access(app, owner, asked):
    """Two scopes open both routes, in whichever order."""
    for scope, path in (
        ("profile:read", PROFILE),
        ("workouts:read", WORKOUTS),
    ):
        alone = app.must_obtain_tokens(owner, scope=scope).access_token
        app.must_call(alone, path)
    token = app.must_obtain_tokens(owner, scope=asked).access_token

    expect.accepted(app.call(token, PROFILE))
    expect.accepted(app.call(token, WORKOUTS))


@verifies("rfc9700/2.3/no-more-scope-than-asked")
@pytest.mark.parametrize("narrowed", ["by consent", "by refresh"])
def test_no_more_scope_than_asked(app, owner, narrowed):
    """A token is good for no more than its request asked for."""
    tokens = app.must_obtain_tokens(owner)
    app.must_call(tokens.access_token, PROFILE)  # control: both routes open
    app.must_call(tokens.access_token, WORKOUTS)

    if narrowed == "by consent":
        code = app.must_authorize(owner, scope=READ_PROFILE)
        less = must_be_tokens(app.exchange(code))
    else:
        less = must_be_tokens(app.refresh(tokens, scope=READ_PROFILE))
    told = granted_scope(less, READ_PROFILE) - {""}
    expect.that(
        told <= {READ_PROFILE},
        f"a token for no more than {READ_PROFILE}",
        f"a token for {' '.join(sorted(told))}",
    )
    expect.refused(must_answer(app.call(less.access_token, WORKOUTS)))


@verifies("rfc6749/3.3/case-sensitive")
@pytest.mark.parametrize("asked", ["PROFILE:READ", "Profile:read"])
def test_capitals_grant_nothing(app, owner, tokens, asked):
    """A scope in capitals is refused, or opens nothing."""
    app.must_call(tokens.access_token, PROFILE)

    if "code" in redirect_parameters(app.authorize(owner, scope=asked)):
        granted = app.must_exchange(app.must_authorize(owner, scope=asked))
        expect.refused(app.call(granted.access_token, PROFILE))


@verifies("fittrackee/oauth/application-write-needs-admin")
def test_configuration_needs_an_administrator(scope_tokens):
    """application:write of a plain user does not open the settings."""
    app = scope_tokens.app
    app.must_call(scope_tokens.exactly("profile:read"), PROFILE)
    token = scope_tokens.exactly("application:write")

    answer = app.call(token, CONFIG, "PATCH", json={})
    expect.denied(must_answer(answer))


@verifies("fittrackee/oauth/scope-lends-no-role")
@pytest.mark.parametrize(
    "request_line",
    [f"GET {STATISTICS}", f"PATCH {UNKNOWN_SPORT}"],
)
def test_scope_lends_no_role(scope_tokens, request_line):
    """What only an administrator may do, no scope lets others do."""
    app = scope_tokens.app
    method, path = request_line.split()
    admin, owner = (scope_tokens.everything(r) for r in ("admin", "owner"))
    options = {} if method == "GET" else {"json": {}}
    must_be_let_in(app.call(admin, path, method, **options))

    answer = must_answer(app.call(owner, path, method, **options))
    expect.denied(answer)

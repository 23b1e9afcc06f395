"""What a successful token response looks like (RFC 6749 section 5.1)."""

import json

import pytest

from conformance import expect, verifies
from conformance.actors import must_be_tokens
from conformance.routes import PROFILE, WORKOUTS
from conformance.samples import (
    GRANTS,
    VARIATIONS,
    granted_scope,
    must_issue,
    must_succeed_with,
)

NARROW = "profile:read"
WIDE = "profile:read workouts:read"

for_each_grant = pytest.mark.parametrize("grant", GRANTS)


@for_each_grant
@verifies("rfc6749/5.1/success-status")
def test_success_has_status_200(app, owner, grant):
    """A granted token request is answered with 200."""
    expect.status(must_succeed_with(app, owner, grant), 200)


@for_each_grant
@verifies("rfc6749/5.1/access-token")
def test_success_holds_an_access_token(app, owner, grant):
    """A granted token request is answered with an access token."""
    response = must_succeed_with(app, owner, grant)

    expect.that(
        expect.member(response, "access_token"),
        'a member "access_token" that is not empty',
        expect.summary(response),
    )


@for_each_grant
@verifies("rfc6749/5.1/token-type")
def test_success_names_the_token_type(app, owner, grant):
    """The token type is Bearer, in any case."""
    response = must_issue(app, owner, grant)

    kind = expect.member(response, "token_type")
    expect.that(
        isinstance(kind, str) and kind.lower() == "bearer",
        '"token_type": bearer',
        expect.summary(response),
    )


@for_each_grant
@verifies("rfc6749/5.1/expires-in")
def test_success_announces_a_lifetime(app, owner, grant):
    """The answer says how long the access token lives."""
    response = must_issue(app, owner, grant)

    expect.that(
        expect.member(response, "expires_in") is not None,
        'a member "expires_in"',
        expect.summary(response),
    )


@for_each_grant
@verifies("rfc6749/5.1/expires-in-number")
def test_lifetime_is_a_whole_number(app, owner, grant):
    """A lifetime is a whole number of seconds, not quoted."""
    response = must_issue(app, owner, grant)

    lifetime = expect.member(response, "expires_in")
    expect.that(
        lifetime is None or (type(lifetime) is int and lifetime > 0),
        '"expires_in" as a whole number above 0, or absent',
        repr(lifetime),
    )


@for_each_grant
@verifies("rfc6749/5.1/strings")
def test_members_are_strings(app, owner, grant):
    """Tokens and token type are JSON strings."""
    body = expect.json_object(must_succeed_with(app, owner, grant))

    names = ("access_token", "token_type", "refresh_token")
    kinds = {name: type(body[name]).__name__ for name in names if name in body}
    expect.that(
        set(kinds.values()) <= {"str"} and "access_token" in kinds,
        "strings at the top level",
        f"types: {kinds}",
    )


@for_each_grant
@verifies("rfc6749/5.1/json")
def test_success_is_json(app, owner, grant):
    """A granted token request is answered in JSON."""
    expect.json_object(must_succeed_with(app, owner, grant))


@for_each_grant
@verifies("rfc6749/3.2/response-members-once")
def test_no_member_stands_twice(app, owner, grant):
    """Each member of the answer stands in it once."""
    response = must_issue(app, owner, grant)

    found = []
    json.loads(response.text, object_pairs_hook=found.extend)
    names = [name for name, _value in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    expect.that(not twice, "every member once", f"members twice: {twice}")


@for_each_grant
@verifies("rfc6749/5.1/no-store")
def test_tokens_are_not_stored(app, owner, grant):
    """An answer with tokens forbids caches to store it."""
    expect.not_cached(must_issue(app, owner, grant))


@for_each_grant
@verifies("rfc6749/5.1/pragma-no-cache")
def test_tokens_are_not_cached_by_old_caches(app, owner, grant):
    """An answer with tokens forbids HTTP/1.0 caches to store it."""
    expect.pragma_no_cache(must_issue(app, owner, grant))


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@verifies("rfc6749/5.1/token-charset")
def test_tokens_are_printable(app, tokens, kind):
    """An issued token holds printable ASCII characters only."""
    token = getattr(app.must_refresh(tokens), kind)

    expect.that(
        token and all(" " <= character <= "~" for character in token),
        "a token of the characters %x20-7E",
        f"{len(token)} characters",
    )


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
@verifies("rfc6749/10.3/access-token-unforgeable")
def test_changed_access_token_opens_nothing(app, tokens, vary):
    """A value that differs a little from an access token is refused."""
    app.must_call(tokens.access_token, PROFILE)  # control: it opens

    expect.refused(app.call(vary(tokens.access_token), PROFILE))


@for_each_grant
@verifies("rfc6749/3.3/scope-is-a-string")
def test_scope_is_a_string(app, owner, grant):
    """The scope in the answer is a list of words in one string."""
    body = expect.json_object(must_issue(app, owner, grant))

    scope = body.get("scope")
    expect.that(
        "scope" not in body or (isinstance(scope, str) and _words(scope)),
        '"scope" as one string of words between single spaces, or absent',
        repr(scope),
    )


@pytest.mark.parametrize("narrowed", ["by consent", "by refresh"])
@verifies("rfc6749/5.1/scope-when-different")
def test_told_scope_is_true(app, owner, narrowed):
    """The answer's scope, or else the one asked for, is what opens."""
    tokens = app.must_obtain_tokens(owner)
    app.must_call(tokens.access_token, PROFILE)  # control: both routes open
    app.must_call(tokens.access_token, WORKOUTS)

    if narrowed == "by consent":
        answer = app.exchange(app.must_authorize(owner, scope=NARROW))
    else:
        answer = app.refresh(tokens, scope=NARROW)
    tokens = must_be_tokens(answer)
    told = granted_scope(tokens, NARROW)
    for path, scope in ((PROFILE, NARROW), (WORKOUTS, "workouts:read")):
        answer = app.call(tokens.access_token, path)
        (expect.accepted if scope in told else expect.refused)(answer)


def _words(scope):
    return all(
        word and all("!" <= c <= "~" and c not in '"\\' for c in word)
        for word in scope.split(" ")
    )

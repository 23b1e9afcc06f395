"""Which scopes an app can be registered with."""

import pytest

from conformance import expect, verifies
from conformance.actors import must_have

FIRST = "application:write profile:read profile:write users:read users:write"


def has_all(owner, scope):
    """Demand that an app can be registered with all of some scopes."""
    owner.must_register(scope="profile:read")  # control: with one it can
    response = owner.register(scope=scope)
    expect.success(response)
    came = must_have(response, "data", "client", "scope", kind=str)
    expect.that(
        set(came.split()) == set(scope.split()),
        f"an app with the scopes {scope}",
        came,
    )


@verifies("fittrackee/oauth/scopes-of-0.7")
def test_first_scopes(owner):
    """The seven scopes of the first release can be registered."""
    has_all(owner, f"{FIRST} workouts:read workouts:write")


@verifies("fittrackee/oauth/scopes-of-0.8")
def test_scopes_for_equipments(owner):
    """The scopes for equipments can be registered."""
    has_all(owner, "equipments:read equipments:write")


@verifies("fittrackee/oauth/scopes-of-0.9")
def test_scopes_for_other_users(owner):
    """The scopes for follow requests, notifications, reports are good."""
    families = ("follow", "notifications", "reports")
    scope = " ".join(f"{name}:read {name}:write" for name in families)
    has_all(owner, scope)


@verifies("fittrackee/oauth/scopes-of-1.0")
def test_scope_for_places(owner):
    """The scope for places can be registered."""
    has_all(owner, "geocode:read")


@verifies("fittrackee/oauth/scopes-of-1.3")
def test_scope_for_media(owner):
    """The scope for media can be registered."""
    has_all(owner, "media:write")


@verifies("fittrackee/api-oauth2/registration-invalid-scopes")
@pytest.mark.parametrize(
    "scope",
    ["", "nonsense", "PROFILE:READ", "profile", "profile:read,users:read"],
    ids=["empty", "unknown", "capitals", "half", "commas"],
)
def test_no_valid_scope(owner, scope):
    """A registration without any valid scope is refused."""
    owner.must_register()  # control

    expect.status(owner.register(scope=scope), 400)


@verifies("fittrackee/oauth/only-documented-scopes")
@pytest.mark.parametrize(
    "unknown",
    ["admin", "profile:delete", "*", "profile:*", "PROFILE:WRITE"],
    ids=["admin", "delete", "wildcard", "all-of-profile", "capitals"],
)
def test_unknown_scope_among_good_ones(owner, unknown):
    """A scope that does not exist is refused or left out."""
    owner.must_register(scope="profile:read")  # control
    response = owner.register(scope=f"profile:read {unknown}")

    if response.is_success:
        kept = owner.must_be_registered(response).scope
        expect.that(
            set(kept.split()) == {"profile:read"},
            "an app with the scope profile:read alone",
            kept,
        )
    else:
        expect.refused(response)

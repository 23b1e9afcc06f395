"""The scope map: each route of the API, in each direction.

The oracle is what the release's own API documentation states. Probes name
what cannot exist, so an answer such as 400 or 404 means let in.
"""

import pytest

from conformance import Unsupported, expect, observe, verifies
from conformance.samples import (
    KEPT_OUT,
    LET_IN,
    NO_DOWNGRADE,
    UNKNOWN_TOKEN,
    is_documented,
    probe,
    scope_requirements,
)


def every(direction, *, unknown_scope=False):
    """Parametrize over the routes with a requirement.

    Args:
        direction: What is required of them.
        unknown_scope: Whether the documentation names a scope for them that
            no release has.
    """
    cases = [
        pytest.param(
            requirement, id=requirement.slug, marks=verifies(requirement.id)
        )
        for requirement in scope_requirements(direction)
        if not requirement.untested
        and bool(requirement.unknown_scope) is unknown_scope
    ]
    return pytest.mark.parametrize("requirement", cases)


@pytest.fixture
def route(requirement, instance, scope_tokens):
    """The route as the target's release has it."""
    found = requirement.route(instance.version)
    if not is_documented(instance.version):
        scope_tokens.require_route(probe(found))
    return found


@every(LET_IN)
def test_documented_scope_is_let_in(scope_tokens, route):
    """A token with exactly the documented scope is let in."""
    asked = probe(route)
    token = scope_tokens.exactly(route.documented, role=asked.role)

    def others():
        return scope_tokens.all_but(route.documented, role=asked.role)

    answer = scope_tokens.send(asked, token, refused=others)
    if answer.status_code < 500:  # a crash for this token alone: let in
        expect.accepted(answer, f"a token of {route.documented} alone")


@every(KEPT_OUT)
def test_other_scopes_are_kept_out(scope_tokens, route):
    """Every other scope together is not enough, and neither is none."""
    asked = probe(route)
    token = scope_tokens.all_but(route.documented, role=asked.role)
    scope_tokens.must_be_good(token, role=asked.role)

    # A crash that a made-up token does not meet lies behind the guard.
    answer = scope_tokens.send(asked, token, refused=lambda: UNKNOWN_TOKEN)
    expect.denied(answer, f"a token of all scopes but {route.documented}")
    bare = scope_tokens.without_scope()
    if bare:
        answer = scope_tokens.send(asked, bare, refused=lambda: UNKNOWN_TOKEN)
        expect.denied(answer, "a token without any scope")


@every(KEPT_OUT, unknown_scope=True)
def test_scope_that_no_release_has(scope_tokens, requirement, route):
    """The documentation names a scope that no app can register: noted."""
    asked = probe(route)
    token = scope_tokens.everything(role=asked.role)
    response = scope_tokens.send(asked, token)

    observe(
        f"the documentation names {requirement.unknown_scope}, which no "
        f"release knows; a token of every scope gets {response.status_code}"
    )


@every(NO_DOWNGRADE)
def test_bad_token_is_not_downgraded(scope_tokens, route):
    """A bad token is refused where no token is needed."""
    asked = probe(route)
    if scope_tokens.send(asked, None).status_code in {401, 403}:
        raise Unsupported("the route needs a token after all")

    answer = scope_tokens.send(asked, UNKNOWN_TOKEN)
    expect.denied(answer, "a token that was never issued")

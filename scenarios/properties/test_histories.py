"""Random histories of two users and their apps, one promise judged in each.

The same acts are drawn for all: apps are registered, authorized, exchange,
refresh, revoke and are deleted, own things and others'. See docs/histories.md.
"""

from conformance import Unsupported, verifies
from conformance.adversary.histories import Invariant


@verifies("rfc6749/4.1.2/code-single-use")
def test_code_works_once(lives):
    """In no order of events does a code work twice."""
    lives(Invariant.CODE_ONCE)


@verifies("rfc7009/2.1/dead-at-once")
def test_revoked_token_stays_dead(lives):
    """Nothing that happens after its revocation revives a token."""
    lives(Invariant.REVOKED)


@verifies("fittrackee/oauth/ended-with-its-app")
def test_what_ended_with_its_app_stays_dead(lives):
    """Nothing revives what an app's deletion or full revocation ended."""
    lives(Invariant.WITH_APP)


@verifies("rfc6749/6/refused-stays-refused")
def test_refused_credential_stays_refused(lives):
    """A code or token that was refused to its own app never works again."""
    lives(Invariant.REFUSED)


@verifies("rfc6749/6/scope-not-widened")
def test_scope_never_widens(lives):
    """In no order of events is a token worth more than was granted."""
    lives(Invariant.SCOPE)


@verifies("fittrackee/api-oauth2/isolation-in-any-order")
def test_nobody_touches_what_is_anothers(lives, context):
    """In no order of events does one user or app get at another's things."""
    if context.instance.stranger is None:
        raise Unsupported("needs a second user")
    lives(Invariant.ISOLATION)


@verifies("fittrackee/oauth/untouched-still-works")
def test_what_was_not_ended_still_works(lives):
    """What worked goes on working until something ends it."""
    lives(Invariant.UNTOUCHED)

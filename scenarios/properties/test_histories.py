"""Random histories of two users and their apps, one promise judged in each.

The same acts are drawn for all: apps are registered, authorized, exchange,
refresh, revoke and are deleted, own things and others'. See docs/histories.md.
"""

from conformance import Unsupported, verifies
from conformance.adversary.histories import Invariant


@verifies("rfc6749/4.1.2/code-single-use")
def test_code_works_once(histories):
    """In no order of events does a code work twice."""
    histories(Invariant.CODE_ONCE)


@verifies("rfc7009/2.1/dead-at-once")
def test_revoked_token_stays_dead(histories):
    """Nothing that happens after its revocation revives a token."""
    histories(Invariant.REVOKED)


@verifies("fittrackee/oauth/ended-with-its-app")
def test_what_ended_with_its_app_stays_dead(histories):
    """Nothing revives what an app's deletion or full revocation ended."""
    histories(Invariant.WITH_APP)


@verifies("rfc6749/6/refused-stays-refused")
def test_refused_credential_stays_refused(histories):
    """A code or token that was refused to its own app never works again."""
    histories(Invariant.REFUSED)


@verifies("rfc6749/6/scope-not-widened")
def test_scope_never_widens(histories):
    """In no order of events is a token worth more than was granted."""
    histories(Invariant.SCOPE)


@verifies("fittrackee/api-oauth2/isolation-in-any-order")
def test_nobody_touches_what_is_anothers(histories, context):
    """In no order of events does one user or app get at another's things."""
    if context.instance.stranger is None:
        raise Unsupported("needs a second user")
    histories(Invariant.ISOLATION)


@verifies("fittrackee/oauth/untouched-still-works")
def test_what_was_not_ended_still_works(histories):
    """What worked goes on working until something ends it."""
    histories(Invariant.UNTOUCHED)

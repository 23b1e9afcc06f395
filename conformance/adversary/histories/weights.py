"""The verbs that a history draws from, by the invariant that is judged."""

from conformance.adversary.histories import verbs
from conformance.adversary.histories.state import Invariant

LONGEST = 15  # steps after which a history ends
BETWEEN = {Invariant.ISOLATION, Invariant.UNTOUCHED}  # need a second app

ALL_VERBS = [
    verbs.registers,
    verbs.grants,
    verbs.exchanges,
    verbs.refreshes,
    verbs.replays_code,
    verbs.replays_token,
    verbs.calls,
    verbs.revokes,
    verbs.revokes_all,
    verbs.deletes,
    verbs.manages_foreign_app,
    verbs.uses_foreign_credential,
]
_BASIC = [verbs.grants, verbs.refreshes]
_CODES = [verbs.grants, verbs.exchanges]
_ENDS = [verbs.revokes_all, verbs.deletes]
VERBS = {
    Invariant.CODE_ONCE: [*_BASIC, *_CODES, verbs.revokes, verbs.revokes_all],
    Invariant.REVOKED: [
        *_BASIC,
        verbs.refreshes,
        verbs.revokes,
        verbs.revokes,
    ],
    Invariant.WITH_APP: [*_BASIC, *_CODES, *_ENDS, verbs.registers],
    Invariant.REFUSED: [
        *_BASIC,
        verbs.replays_code,
        verbs.replays_token,
        verbs.revokes,
        verbs.calls,
    ],
    Invariant.SCOPE: [*_BASIC, verbs.refreshes, verbs.exchanges, verbs.calls],
    Invariant.ISOLATION: [
        *_BASIC,
        verbs.uses_foreign_credential,
        verbs.uses_foreign_credential,
        verbs.manages_foreign_app,
    ],
    Invariant.UNTOUCHED: [
        *_BASIC,
        verbs.refreshes,
        verbs.calls,
        verbs.calls,
        verbs.revokes,
        *_ENDS,
    ],
}
"""The verbs of most histories, by invariant; some histories use all verbs."""

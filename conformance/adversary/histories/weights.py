"""What is likely to happen in a history, by the invariant that is judged."""

from conformance.adversary.histories import verbs
from conformance.adversary.histories.state import Invariant

LONGEST = 15  # requests after which a history comes to its end
BETWEEN = {Invariant.ISOLATION, Invariant.UNTOUCHED}  # apps or users

ANYTHING = [
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
    verbs.meddles,
    verbs.steals,
]
_LIFE = [verbs.grants, verbs.refreshes]
_CODES = [verbs.grants, verbs.exchanges]
_ENDS = [verbs.revokes_all, verbs.deletes]
PLOTS = {
    Invariant.CODE_ONCE: [*_LIFE, *_CODES, verbs.revokes, verbs.revokes_all],
    Invariant.REVOKED: [*_LIFE, verbs.refreshes, verbs.revokes, verbs.revokes],
    Invariant.WITH_APP: [*_LIFE, *_CODES, *_ENDS, verbs.registers],
    Invariant.REFUSED: [
        *_LIFE,
        verbs.replays_code,
        verbs.replays_token,
        verbs.revokes,
        verbs.calls,
    ],
    Invariant.SCOPE: [*_LIFE, verbs.refreshes, verbs.exchanges, verbs.calls],
    Invariant.ISOLATION: [*_LIFE, verbs.steals, verbs.steals, verbs.meddles],
    Invariant.UNTOUCHED: [
        *_LIFE,
        verbs.refreshes,
        verbs.calls,
        verbs.calls,
        verbs.revokes,
        *_ENDS,
    ],
}
"""The operations in most histories of an invariant; some have all."""

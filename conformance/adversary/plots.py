"""What is likely to happen in a history, by the promise that is judged."""

from conformance.adversary.living import Promise

STEPS = 40  # that hypothesis draws; many find nothing to act upon
LONGEST = 18  # requests after which a history comes to its end
APPS = 3  # in a history

BETWEEN = {Promise.ISOLATION, Promise.UNTOUCHED}  # apps or users
_LIFE = {"grants", "exchanges", "refreshes"}
_ENDS = {"revokes_all", "deletes"}
_MORE = {"revokes", "calls", "replays_code", "replays_token"}
PLOTS = {
    Promise.CODE_ONCE: _LIFE | {"revokes", "revokes_all", "steals"},
    Promise.REVOKED: _LIFE | {"revokes"},
    Promise.WITH_APP: _LIFE | _ENDS | {"registers"},
    Promise.REFUSED: _LIFE | _MORE,
    Promise.SCOPE: _LIFE | {"calls"},
    Promise.ISOLATION: _LIFE | {"meddles", "steals"},
    Promise.UNTOUCHED: _LIFE | _ENDS | {"revokes"},
}
"""What happens in most histories of a promise; in some, anything does."""

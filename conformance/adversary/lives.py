"""Many histories, in which one promise is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.adversary.attacks import Attacks
from conformance.adversary.living import OWNER, Promise
from conformance.adversary.machine import STEPS, Machine
from conformance.adversary.stories import Telling

if TYPE_CHECKING:
    from conformance.adversary.hunt import Hunt
    from conformance.owner import Owner

SHARE = 0.3  # histories for each example of an ordinary hunt
PROFILE = "/api/auth/profile"


class Lives:
    """Histories of one scenario."""

    def __init__(
        self, hunt: Hunt, users: dict[str, Owner], promise: Promise
    ) -> None:
        """Prepare them.

        Args:
            hunt: Looks for the history that breaks the promise.
            users: Who acts, by role.
            promise: What is judged.
        """
        self._hunt = hunt
        self._users = users
        self._promise = promise

    def run(self) -> None:
        """Run them all.

        Raises:
            Violation: One broke the promise; the shortest one is told.
            Blocked: Codes and tokens do not work at all, so that it would
                prove nothing when they are refused.
        """
        owner = self._users[OWNER]
        app = owner.must_register()
        tokens = app.must_obtain_tokens(owner)
        app.must_call(tokens.access_token, PROFILE)
        app.must_refresh(tokens)

        self._hunt.histories(
            lambda: Machine(self._begin), share=SHARE, steps=STEPS
        )

    def _begin(self) -> Attacks:
        evidence = self._hunt.evidence
        telling = Telling(evidence, evidence.mark())
        return Attacks(self._users, self._promise, telling)

"""Random sequences of operations by two users, as a state machine."""

from conformance.adversary.histories.state import Invariant

__all__ = ["Invariant"]

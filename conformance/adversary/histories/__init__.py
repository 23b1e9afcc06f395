"""Random sequences of operations by two users, as a state machine."""

"""Faults that only fuzzing, stateful and race tests find."""

"""Faults that only hunts, histories and races come upon."""

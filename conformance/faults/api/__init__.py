"""Faults of the API that tokens open."""

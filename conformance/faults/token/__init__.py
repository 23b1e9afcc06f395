"""Faults of the token endpoint."""

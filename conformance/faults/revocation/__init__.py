"""Faults of the revocation endpoint."""

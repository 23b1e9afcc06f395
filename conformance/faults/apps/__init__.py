"""Faults of registering and managing apps."""

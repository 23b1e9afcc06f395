"""Faults of the authorization endpoint and its pages."""

"""Malformed requests: what hunts draw, by endpoint."""

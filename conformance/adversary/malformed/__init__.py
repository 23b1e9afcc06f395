"""Malformed requests: what hunts draw, by endpoint."""

from conformance.adversary.malformed.http_messages import listed, wires
from conformance.adversary.malformed.mutations import KINDS, MARKUP, several

__all__ = ["KINDS", "MARKUP", "listed", "several", "wires"]

"""Malformed requests: strategies for hunts, by endpoint."""

from conformance.adversary.malformed.http_messages import (
    listed_messages,
    messages,
)
from conformance.adversary.malformed.mutations import KINDS, MARKUP, several

__all__ = ["KINDS", "MARKUP", "listed_messages", "messages", "several"]

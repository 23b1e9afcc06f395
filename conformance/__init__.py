"""Tells the truth about a FitTrackee server's OAuth 2.0."""

from conformance import expect
from conformance.errors import Blocked, Unsupported
from conformance.evidence import observe
from conformance.marks import verifies

__all__ = ["Blocked", "Unsupported", "expect", "observe", "verifies"]
__version__ = "0.1.0"

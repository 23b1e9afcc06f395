"""Tells the truth about a FitTrackee server's OAuth 2.0."""

import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    # python -m conformance.cli: what follows, and what it imports, must not
    # come from the current folder, which Python has put first.
    del sys.path[0]

from conformance import expect
from conformance.errors import Blocked, Unsupported
from conformance.evidence import observe
from conformance.marks import verifies

__all__ = ["Blocked", "Unsupported", "expect", "observe", "verifies"]
__version__ = "0.1.0"

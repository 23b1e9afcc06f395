"""A conformance test suite for FitTrackee's OAuth 2.0 provider.

The names below are what scenarios use. They are imported when they are asked
for: who renders a report needs neither pytest nor an HTTP client.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    # python -m conformance.cli: what follows, and what it imports, must not
    # come from the current folder, which Python has put first.
    del sys.path[0]

if TYPE_CHECKING:
    from conformance import expect
    from conformance.errors import Blocked, Unsupported
    from conformance.evidence import observe
    from conformance.marks import verifies

__all__ = ["Blocked", "Unsupported", "expect", "observe", "verifies"]
__version__ = "0.1.0"

_HOMES = {
    "Blocked": "errors",
    "Unsupported": "errors",
    "observe": "evidence",
    "verifies": "marks",
}


def __getattr__(name: str) -> Any:
    """Import a public name; AttributeError for any other."""
    if name == "expect":
        return import_module("conformance.expect")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

"""A conformance test suite for FitTrackee's OAuth 2.0 provider.

Scenarios use the names below. They are imported on first use: rendering a
report requires neither pytest nor an HTTP client.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    # python -m conformance.cli: Python puts the current folder first on the
    # path; nothing must be imported from it.
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
    """Import and return a public name; raise AttributeError for another."""
    if name == "expect":
        return import_module("conformance.expect")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

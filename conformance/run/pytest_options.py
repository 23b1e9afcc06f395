"""The options of a run as pytest options, for ``pytest scenarios``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from conformance.options import OPTIONS, Options

if TYPE_CHECKING:
    import pytest

_PYTEST_OPTIONS = [one for one in OPTIONS if not one.command_only]


def add(parser: pytest.Parser) -> None:
    """Register the options with pytest; their values are read later."""
    group = parser.getgroup("conformance", "FitTrackee conformance")
    for one in _PYTEST_OPTIONS:
        how: dict[str, Any] = {"default": None, "metavar": one.metavar or None}
        if one.is_flag:
            how = {"action": "store_true"}
        elif one.repeatable:
            how["action"] = "append"
        default = f" (default: {one.shown_default})" * bool(one.shown_default)
        # argparse formats help texts with %.
        text = f"{one.plain_help}{default}".replace("%", "%%")
        group.addoption(one.name, help=text, **how)


def chosen(config: pytest.Config) -> Options:
    """Return the options of pytest's command line, or of the environment.

    Raises:
        UsageError: A value is invalid.
    """
    given = {one.field: config.getoption(one.name) for one in _PYTEST_OPTIONS}
    return Options.chosen(given, os.environ)

"""The ``verifies`` marker: links a scenario to its requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable


def verifies(*ids: str) -> Callable[[object], object]:
    """Return the marker of a scenario that verifies these requirements.

    Args:
        *ids: Requirement ids, at least one, all of one level.

    Raises:
        LookupError: An id is not in the catalogue.
        ValueError: No id is given, or the levels differ.
    """
    if not ids:
        raise ValueError("a scenario verifies at least one requirement")
    unknown = [i for i in ids if i not in catalogue()]
    if unknown:
        raise LookupError(f"not in the catalogue: {', '.join(unknown)}")
    if len({catalogue()[i].level for i in ids}) > 1:
        raise ValueError(f"several levels in one scenario: {', '.join(ids)}")
    return pytest.mark.verifies(*(catalogue()[i].id for i in ids))

"""Results to render, fresh for every test."""

from __future__ import annotations

from typing import Any

import pytest

from . import sample


@pytest.fixture
def results() -> dict[str, Any]:
    return sample.violations()

"""One bare machine for all of these tests.

They need nothing of the project installed: it is installed in there.
"""

import os

import pytest

from . import machine

FULL = bool(os.environ.get("BARE_FULL"))


@pytest.fixture(scope="session")
def bare():
    """A Debian with Python and nothing else; in CI, it must be there."""
    if reason := machine.lacking():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    packages = ["python3-venv", "ca-certificates"]
    # The project's own tests ask git what belongs to it.
    with machine.bare(*packages, *(["git"] if FULL else [])) as made:
        yield made

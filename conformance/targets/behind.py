"""The public address of a started app: its own, or a proxy's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from conformance.instance.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterator


class Public(Protocol):
    """Public address of an app."""

    @property
    def url(self) -> str:
        """Base URL without a trailing slash."""

    @property
    def reach(self) -> Reach:
        """How connections to it are opened."""


Behind = Callable[[str], AbstractContextManager[Public]]


@dataclass(frozen=True)
class _Itself:
    url: str
    reach: Reach = field(default_factory=Reach)


@contextlib.contextmanager
def published(upstream: str, behind: Behind | None) -> Iterator[Public]:
    """Yield an app's public address; run its proxy meanwhile.

    Args:
        upstream: URL at which the app listens.
        behind: Runs a proxy in front of it; None for no proxy.
    """
    if behind is None:
        yield _Itself(upstream)
        return
    with behind(upstream) as front:
        yield front

"""How an app that was started is reached: by itself, or behind a proxy."""

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
    """Where the world meets an app."""

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
    """Make an app reachable for as long as the context lasts.

    Args:
        upstream: Where the app listens.
        behind: Puts a proxy in front of it; None leaves it as it is.
    """
    if behind is None:
        yield _Itself(upstream)
        return
    with behind(upstream) as front:
        yield front

"""What was done in a history, so that parts of it can be done again.

hypothesis would shrink a history too, by its draws: that took well over a
thousand requests and left acts that had nothing to do with the matter. Acts
know what they are about, so leaving one out leaves out what follows from
it, and a few hundred requests find the shortest history.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from conformance.adversary.histories.narration import HistoryViolation
from conformance.adversary.histories.state import Credential, LivingApp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.adversary.histories.judged import Judged

    Play = Callable[[list["Operation"]], HistoryViolation | None]

About = ParamSpec("About")
Result = TypeVar("Result")
History = TypeVar("History", bound="Judged")
THINGS = (LivingApp, Credential)
REQUESTS = 1000  # that may be spent on making a history shorter
_SIMPLER: dict[str, dict[str, Any]] = {
    "grant": {"user": "owner", "pkce": False},
    "refresh": {"scope": None},
    "revoke": {"hint": None},
}


@dataclass(frozen=True)
class Operation:
    """One verb of a history with what it was about.

    Attributes:
        verb: Name of the method.
        about: Its arguments by name; apps and credentials among them.
        made: The apps and credentials that came of it.
    """

    verb: str
    about: dict[str, Any]
    made: tuple[object, ...] = ()


def act(
    verb: Callable[Concatenate[History, About], Result],
) -> Callable[Concatenate[History, About], Result]:
    """Remember each call of a verb, save those inside of another one's.

    Args:
        verb: A method of a history that takes named arguments only.
    """

    def remembered(
        self: History, /, *none: About.args, **about: About.kwargs
    ) -> Result:
        if self.acting:
            return verb(self, *none, **about)
        self.acting, before = True, self.life.everything
        self.acts.append(Operation(verb.__name__, about))
        try:
            return verb(self, *none, **about)
        except HistoryViolation as broken:
            broken.acts = list(self.acts)
            self.broken.append(broken)
            raise
        finally:
            self.acting = False
            made = tuple(t for t in self.life.everything if t not in before)
            self.acts[-1] = replace(self.acts[-1], made=made)

    functools.update_wrapper(remembered, verb)
    return remembered


def play(history: Judged, acts: list[Operation]) -> None:
    """Do some acts in another history, as far as they are possible there."""
    now: dict[object, object] = {}
    for one in acts:
        about = {
            name: now.get(value) if isinstance(value, THINGS) else value
            for name, value in one.about.items()
        }
        if any(
            isinstance(v, THINGS) and v not in now for v in one.about.values()
        ):
            continue
        getattr(history, one.verb)(**about)
        now.update(zip(one.made, history.acts[-1].made, strict=False))


def shortest(
    broken: HistoryViolation, again: Play, left: Callable[[], int]
) -> HistoryViolation:
    """Return the shortest history that breaks the same promise.

    Args:
        broken: One that does.
        again: Plays some acts; returns what broke, None if nothing.
        left: How many requests may still be sent.
    """
    size = (0, 0)
    while size != _size(broken.acts):
        size = _size(broken.acts)
        for shorter in (_without, _simpler):
            n = len(broken.acts)
            while n > 0:
                n = min(n, len(broken.acts)) - 1
                for acts in shorter(broken.acts, n):
                    found = again(acts) if left() > 0 else None
                    if found and _size(found.acts) < _size(broken.acts):
                        broken = found
    return broken


def _without(acts: list[Operation], n: int) -> Iterator[list[Operation]]:
    """Yield the history without one act; the last is what breaks it."""
    if n < len(acts) - 1:
        yield [*acts[:n], *acts[n + 1 :]]


def _simpler(acts: list[Operation], n: int) -> Iterator[list[Operation]]:
    """Yield the history with one act made simpler."""
    for name, value in _SIMPLER.get(acts[n].verb, {}).items():
        if acts[n].about.get(name) != value:
            simpler = replace(acts[n], about={**acts[n].about, name: value})
            yield [*acts[:n], simpler, *acts[n + 1 :]]


def _size(acts: list[Operation]) -> tuple[int, int]:
    """Return how long a history is, and how far from simple."""
    odd = sum(
        one.about.get(name) != value
        for one in acts
        for name, value in _SIMPLER.get(one.verb, {}).items()
    )
    return len(acts), odd

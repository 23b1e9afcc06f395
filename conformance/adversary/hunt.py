"""The hunt for one example that breaks what a scenario verifies."""

from __future__ import annotations

import itertools
import math
import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, reproduce_failure
from hypothesis.errors import DidNotReproduce, HypothesisException
from hypothesis.stateful import run_state_machine_as_test

from conformance.adversary.kept import Example, Kept, parse
from conformance.expect import Violation
from conformance.judging import violation_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    _Modify = Callable[[Any], Any]
    _Runner = Callable[[_Modify, hypothesis.settings], None]

    from conformance.evidence import Evidence
    from conformance.options import Options

Value = TypeVar("Value")
DEFAULT = 40  # examples of a hunt in an ordinary run
PATIENCE = 60  # attempts of shrinking for each example that was asked for
REQUESTS = 1500  # that shrinking a history may take
LONGEST = 1500  # characters of an example that a command line can carry
_BLOB = re.compile(r"@reproduce_failure\('([^']+)', b'([^']+)'\)")
_HINT = re.compile(r"\s*You can reproduce this (?:test case|example) by.*")


class _Stop(BaseException):
    """Ends the hunt at once; hypothesis must not shrink the cause."""

    def __init__(self, cause: Exception) -> None:
        self.cause = cause


@dataclass
class Hunt:
    """Looks for an example that breaks one requirement, and shrinks it.

    Attributes:
        scenario: Id of the scenario that hunts.
        options: The run's: how many examples, and which one alone.
        seed: The run's seed.
        evidence: The scenario's; only the last example stays in it.
    """

    scenario: str
    options: Options
    seed: int
    evidence: Evidence
    tried: int = field(default=0, init=False)

    def examples(
        self, strategy: SearchStrategy[Value], check: Callable[[Value], None]
    ) -> None:
        """Check examples of a strategy until one is a violation.

        Args:
            strategy: Draws what to send; never from what a server issued,
                so that a seed or a kept example draws the same again.
            check: Sends it and judges with ``expect``.

        Raises:
            Violation: The shortest example found, and how to repeat it.
            Exception: What ``check`` raised that is no violation, at the
                first time.
        """
        guard = _guarded(self, check)

        def run(modify: _Modify, settings: hypothesis.settings) -> None:
            test = given(strategy)(guard)
            modify(settings(test))()

        self._run(run, self.wanted)

    def histories(
        self, machine: Callable[[], Any], *, share: float, steps: int
    ) -> None:
        """Run a state machine until one history is a violation.

        Args:
            machine: Makes a ``RuleBasedStateMachine``. Its rules turn
                errors that are no violation into :meth:`stopping` ones,
                draw nothing that depends on answers, and do nothing when
                its attribute ``idle`` is set.
            share: Histories for each example that an ordinary hunt has.
            steps: The longest history.

        Raises:
            Violation: The shortest history found, and how to repeat it.
        """
        patience = _Patience(self.evidence)

        def run(modify: _Modify, settings: hypothesis.settings) -> None:
            def made() -> Any:
                self.tried += 1
                made = machine()
                made.idle = patience.over()
                return made

            longest = hypothesis.settings(settings, stateful_step_count=steps)
            run_state_machine_as_test(modify(made), settings=longest)

        self._run(run, max(1, round(self.wanted * share)))

    @property
    def wanted(self) -> int:
        """How many examples the run wants of a hunt."""
        return self.options.examples or DEFAULT

    @staticmethod
    def stopping(error: Exception) -> BaseException:
        """Return what ends the hunt with that error, unshrunk."""
        return _Stop(error)

    # -- inside ---------------------------------------------------------

    def _run(self, run: _Runner, wanted: int) -> None:
        if self.options.replay:
            self._replay(run, [parse(self.options.replay)])
            return
        if self.options.seed is None:
            self._replay(run, Kept(self.scenario).all())
        seeded = hypothesis.seed(f"{self.seed} {self.scenario}")
        self._once(run, seeded, _settings(wanted))
        self.evidence.observe(f"{self.tried} examples tried, seed {self.seed}")

    def _replay(self, run: _Runner, examples: list[Example]) -> None:
        for example in examples:
            again = reproduce_failure(example.version, example.blob.encode())
            try:
                self._once(run, again, _settings(1))
            except (DidNotReproduce, hypothesis.errors.InvalidArgument):
                continue  # it holds now, or the strategy has changed

    def _once(
        self, run: _Runner, modify: _Modify, settings: hypothesis.settings
    ) -> None:
        try:
            run(modify, settings)
        except _Stop as stop:
            raise stop.cause from None
        except AssertionError as found:
            raise Violation(self._told(found, found)) from None
        except BaseExceptionGroup as flaky:
            # It failed once and passed when it was tried again: a server
            # that breaks a clause now and then breaks it.
            broken = violation_in(flaky)
            if broken is None:
                raise
            raise Violation(self._told(broken, flaky)) from None

    def _told(self, found: BaseException, noted: BaseException) -> str:
        notes = "\n".join(
            note
            for error in {id(e): e for e in (found, noted)}.values()
            for note in getattr(error, "__notes__", ())
        )
        blob = _BLOB.search(notes)
        example = Example(blob[1], blob[2]) if blob else None
        if example:
            Kept(self.scenario).add(example)
        story = getattr(found, "story", None)
        if story:
            self.evidence.put_back(story.mark, story.kept)
            self.evidence.script = story.script
        shown = story.text if story else _HINT.sub("", notes).strip()
        parts = [str(found), shown, f"again: {self._command(example)}"]
        return "\n".join(filter(None, parts))

    def _command(self, example: Example | None) -> str:
        words = ["fittrackee-conformance", "run"]
        words += ["--target", self.options.shown_target]
        if self.options.fault:
            words += ["--fault", self.options.fault]
        words += ["--scenario", self.scenario]
        if example and len(str(example)) <= LONGEST:
            words += ["--replay", str(example)]
        else:
            words += ["--seed", str(self.seed)]
            words += ["--examples", str(self.wanted)]
        return shlex.join(words)


class _Patience:
    """Counts the requests that shrinking a history has taken."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._mark = evidence.mark()
        self._end: float = math.inf

    def over(self) -> bool:
        """Forget the last history; tell whether enough was tried."""
        found = self._evidence.since(self._mark).expectations
        if self._end == math.inf and not all(e.met for e in found):
            self._end = self._evidence.http_requests + REQUESTS
        self._evidence.rewind(self._mark)
        return self._evidence.http_requests >= self._end


def _guarded(
    hunt: Hunt, check: Callable[[Any], None]
) -> Callable[[Any], None]:
    """Return a check that leaves one example's evidence and knows an end."""
    mark = hunt.evidence.mark()
    left = itertools.count(PATIENCE * hunt.wanted, -1)
    failed: set[str] = set()

    def example(example: Any) -> None:
        text = repr(example)
        if next(left) <= 0 and text not in failed:
            return  # enough tried; what is known to fail stays known
        hunt.tried += 1
        hunt.evidence.rewind(mark)
        try:
            check(example)
        except AssertionError:
            failed.add(text)
            raise
        except HypothesisException:
            raise  # its own way to pass over an example
        except Exception as error:
            raise _Stop(error) from error

    return example


def _settings(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=True,
        verbosity=Verbosity.normal,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

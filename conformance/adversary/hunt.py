"""A hunt: a property-based test that searches for a violating example."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, reproduce_failure
from hypothesis.errors import DidNotReproduce, Flaky, HypothesisException
from hypothesis.stateful import run_state_machine_as_test

from conformance.adversary.examples import Example, Examples, parse
from conformance.adversary.finding import Repeat, finding_message, shortened
from conformance.expect import Violation
from conformance.verdicts.judge import violation_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hypothesis.strategies import SearchStrategy

    _Modify = Callable[[Any], Any]
    _Shorten = Callable[[AssertionError | None], AssertionError | None]
    _Runner = Callable[[_Modify, hypothesis.settings], None]

    from conformance.adversary.budget import Budget
    from conformance.evidence import Evidence
    from conformance.options import Options

Value = TypeVar("Value")
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
# In ``--replay``, a listed example is named by this word and its position
# (``listed:0``), a drawn one by the version of Hypothesis and its draws.
LISTED = "listed"


class Stop(BaseException):
    """Ends the hunt at once, without shrinking the cause."""

    def __init__(self, cause: Exception) -> None:
        """Set the cause, an exception that is not a violation."""
        super().__init__(cause)
        self.cause = cause


@dataclass
class Hunt:
    """Searches for an example that violates a requirement, and shrinks it.

    Attributes:
        scenario: Id of the scenario.
        options: The run's options.
        seed: The run's seed.
        evidence: The scenario's evidence. It is rewound before each example,
            so that it holds the exchanges of the last one only.
        budget: Limits of examples and of shrinking.
        tried: Number of examples so far.
        last_failure: The last example that was a violation, as text.
    """

    scenario: str
    options: Options
    seed: int
    evidence: Evidence
    budget: Budget
    tried: int = field(default=0, init=False)
    last_failure: str = field(default="", init=False)
    _shorten: _Shorten | None = field(default=None, init=False)

    def examples(
        self,
        strategy: SearchStrategy[Value],
        check: Callable[[Value], None],
        *,
        share: float = 1.0,
        listed: Iterable[Value] = (),
        patience: int | None = None,
    ) -> None:
        """Check examples of a strategy until one is a violation.

        Args:
            strategy: Draws examples. They must not depend on values that a
                server issued, so that a seed or a stored example repeats
                them.
            check: Sends an example and judges the response with ``expect``.
            share: Examples as a fraction of those of an ordinary hunt.
            listed: Examples to try before those that are drawn.
            patience: Attempts of shrinking for each example; the budget's
                by default.

        Raises:
            Violation: The smallest example found, and how to repeat it.
            Exception: The first exception of ``check`` that is not a
                violation.
        """
        number = self._share(share)
        if patience is None:
            patience = self.budget.shrink_attempts
        guard = _guarded(self, check, number * (1 + patience))
        first = list(listed)

        def run(modify: _Modify, settings: hypothesis.settings) -> None:
            test = given(strategy)(guard)
            modify(settings(test))()

        self._run(run, number, lambda: self._listed(guard, first))

    def histories(
        self,
        machine: Callable[[], Any],
        *,
        share: float,
        steps: int,
        shorten: _Shorten | None = None,
    ) -> None:
        """Run a state machine until one history is a violation.

        A history is a random sequence of operations by users and apps.

        Args:
            machine: Returns a ``RuleBasedStateMachine``. Its rules raise
                :class:`Stop` for errors that are not violations, and draw
                nothing that depends on responses.
            share: Histories as a fraction of the examples of a hunt.
            steps: Number of steps of the longest history.
            shorten: Shortens the history that was found. Its argument is
                the violation, or None if the history failed only once and
                Hypothesis does not tell with which violation. It returns
                the violation of the shortest history, or None if it has
                none to report. By default, Hypothesis shrinks the draws.

        Raises:
            Violation: The shortest history found, and how to repeat it.
        """
        self._shorten = shorten
        phases = (Phase.explicit, Phase.generate) if shorten else PHASES

        def run(modify: _Modify, settings: hypothesis.settings) -> None:
            def counted() -> Any:
                self.tried += 1
                return machine()

            longest = hypothesis.settings(
                settings, stateful_step_count=steps, phases=phases
            )
            run_state_machine_as_test(modify(counted), settings=longest)

        self._run(run, self._share(share), lambda: None)

    # -- internals ------------------------------------------------------

    def _share(self, share: float) -> int:
        """Return the number of examples of a share, at least one."""
        return max(1, round(self.budget.examples_per_hunt * share))

    def _run(
        self, run: _Runner, number: int, listed: Callable[[], None]
    ) -> None:
        if self.options.replay:
            example = parse(self.options.replay)
            if example.version == LISTED:
                listed()
            else:
                self._replay(run, [example])
            return
        if self.options.seed is None:
            self._replay(run, Examples(self.scenario).all())
        listed()
        seeded = hypothesis.seed(f"{self.seed} {self.scenario}")
        self._once(run, seeded, _settings(number))
        self.evidence.observe(f"{self.tried} examples tried, seed {self.seed}")

    def _listed(
        self, check: Callable[[Value], None], examples: list[Value]
    ) -> None:
        """Check the listed examples, or only the one to replay."""
        for number, listed in enumerate(examples):
            example = Example(LISTED, str(number))
            if self.options.replay not in ("", str(example)):
                continue
            try:
                check(listed)
            except Stop as stop:
                raise stop.cause from None
            except AssertionError as violation:
                message = self._message([violation], example)
                raise Violation(message) from None
            except Exception as error:
                error.add_note(f"example: {shortened(repr(listed))}")
                raise

    def _replay(self, run: _Runner, examples: list[Example]) -> None:
        for example in examples:
            again = reproduce_failure(example.version, example.blob.encode())
            try:
                self._once(run, again, _settings(1))
            except (DidNotReproduce, hypothesis.errors.InvalidArgument):
                continue  # it passes now, or the strategy has changed

    def _once(
        self, run: _Runner, modify: _Modify, settings: hypothesis.settings
    ) -> None:
        try:
            run(modify, settings)
        except Stop as stop:
            raise stop.cause from None
        except AssertionError as found:
            best = (self._shorten and self._shorten(found)) or found
            raise Violation(self._message([best, found])) from None
        except (BaseExceptionGroup, Flaky) as flaky:
            # It failed once, but passed or failed elsewhere when repeated.
            # A server must meet the requirement every time, so that one
            # failure is a violation.
            violation = violation_in(flaky)
            shown = self._shorten(violation) if self._shorten else violation
            if shown is None:
                raise
            errors = [shown, violation or flaky, flaky]
            raise Violation(self._message(errors)) from None

    def _message(
        self, errors: Sequence[BaseException], example: Example | None = None
    ) -> str:
        """Return the message of a violation, and store its example."""
        repeat = Repeat(
            self.options,
            self.scenario,
            self.seed,
            self.budget.examples_per_hunt,
        )
        return finding_message(
            repeat,
            errors,
            self.evidence,
            example=example,
            last_failure=self.last_failure,
        )


def _guarded(
    hunt: Hunt, check: Callable[[Any], None], limit: int
) -> Callable[[Any], None]:
    """Return a check for Hypothesis to call with each example.

    The evidence holds the exchanges of the last example only.

    Args:
        hunt: The hunt; its examples are counted.
        check: Sends an example and judges the response.
        limit: Number of examples to check; later ones pass unchecked.
    """
    mark = hunt.evidence.mark()
    remaining = itertools.count(limit, -1)
    failures: set[str] = set()

    def check_example(example: Any) -> None:
        text = repr(example)
        if next(remaining) <= 0 and text not in failures:
            return  # limit reached; Hypothesis repeats the failing example
        hunt.tried += 1
        hunt.evidence.rewind(mark)
        try:
            check(example)
        except AssertionError:
            failures.add(text)
            hunt.last_failure = text
            raise
        except HypothesisException:
            raise  # control flow of Hypothesis, such as a rejected example
        except Exception as error:
            error.add_note(f"example: {shortened(text)}")
            raise Stop(error) from error

    return check_example


def _settings(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=True,
        verbosity=Verbosity.normal,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
    )

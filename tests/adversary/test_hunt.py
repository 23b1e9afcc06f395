"""A hunt finds, shrinks, repeats, and knows its bounds."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from conformance import expect
from conformance.adversary.budget import Budget
from conformance.adversary.examples import Examples
from conformance.adversary.hunt import Hunt, Stop
from conformance.errors import Blocked
from conformance.evidence import RECORDER
from conformance.expect import Violation
from conformance.options import Options

PATIENCE = 50
SCENARIO = "properties/test_made_up.py::test_it[case]"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FITTRACKEE_EXAMPLES_DIR", str(tmp_path))
    return tmp_path


def hunt(**options):
    chosen = Options(**options)
    budget = Budget(examples=chosen.examples, shrink_attempts=PATIENCE)
    seed = chosen.seed or 7
    return Hunt(SCENARIO, chosen, seed, RECORDER.fresh(), budget)


def small(number):
    expect.that(number < 1000, "a small number", number)


def replay_of(found):
    return str(found.value).rpartition("--replay ")[2].strip()


def test_nothing_is_found():
    seen = []
    it = hunt(examples=25)
    it.examples(st.integers(), seen.append)
    assert len(seen) == it.tried == 25
    assert it.evidence.observations == ["25 examples tried, seed 7"]


def test_a_violation_is_shrunk_and_told():
    with pytest.raises(Violation) as found:
        hunt(examples=200).examples(st.integers(), small)
    text = str(found.value)
    assert text.startswith("expected: a small number\nactual: 1000\n")
    assert "example: 1000\n" in text
    assert f"--scenario '{SCENARIO}' --replay 6" in text
    assert "reproduce_failure" not in text


def test_only_the_last_example_stays_in_the_evidence():
    it = hunt(examples=200)
    with pytest.raises(Violation):
        it.examples(st.integers(), small)
    (kept,) = it.evidence.expectations
    assert kept.actual == "1000"


def test_what_was_found_is_tried_first():
    with pytest.raises(Violation):
        hunt(examples=200).examples(st.integers(), small)
    seen = []

    def check(number):
        seen.append(number)
        small(number)

    with pytest.raises(Violation):
        hunt().examples(st.integers(), check)
    assert set(seen) == {1000}


def test_a_seed_turns_replay_off_and_repeats_everything():
    with pytest.raises(Violation):
        hunt(examples=200).examples(st.integers(), small)
    first, second, other = [], [], []
    hunt(seed=3, examples=20).examples(st.integers(), first.append)
    hunt(seed=3, examples=20).examples(st.integers(), second.append)
    hunt(seed=4, examples=20).examples(st.integers(), other.append)
    assert first == second != other
    assert 1000 not in first


def test_one_example_is_replayed_alone(folder):
    with pytest.raises(Violation) as found:
        hunt(examples=200).examples(st.integers(), small)
    seen = []
    hunt(replay=replay_of(found)).examples(st.integers(), seen.append)
    assert seen == [1000]


def test_an_example_that_passes_now_is_followed_by_others():
    with pytest.raises(Violation):
        hunt(examples=200).examples(st.integers(), small)
    seen = []
    hunt(examples=10).examples(st.integers(), seen.append)
    assert seen[0] == 1000
    assert len(seen) == 11


def test_kept_examples_make_room():
    with pytest.raises(Violation):
        hunt(examples=200).examples(st.integers(), small)
    kept = Examples(SCENARIO)
    (example,) = kept.all()
    for number in range(12):
        kept.add(type(example)(example.version, f"{example.blob}{number}"))
    assert len(kept.all()) == 8
    assert Examples("another").all() == []


def test_an_example_of_another_hypothesis_is_left_alone():
    with pytest.raises(Violation):
        hunt(examples=200).examples(st.integers(), small)
    kept = Examples(SCENARIO)
    (example,) = kept.all()
    kept.add(type(example)("0.1", example.blob))
    assert kept.all() == [example]


def test_a_folder_that_cannot_be_used(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FITTRACKEE_EXAMPLES_DIR", str(tmp_path / "file"))
    with pytest.raises(Violation):
        hunt(examples=200).examples(st.integers(), small)


def test_what_is_no_violation_ends_the_hunt_at_once():
    seen = []

    def check(number):
        seen.append(number)
        raise Blocked("rate limit")

    with pytest.raises(Blocked, match="rate limit"):
        hunt(examples=50).examples(st.integers(), check)
    assert len(seen) == 1


def test_a_violation_that_comes_and_goes_is_one():
    answers = iter([True, False])

    def check(_number):
        expect.that(next(answers, True) is not False, "calm", "a storm")

    with pytest.raises(Violation, match="a storm"):
        hunt(examples=20).examples(st.integers(), check)


def test_shrinking_has_an_end():
    it = hunt(examples=2)
    with pytest.raises(Violation):
        it.examples(
            st.lists(st.integers(), min_size=30),
            lambda numbers: expect.that(sum(numbers) == 0, "nothing", numbers),
        )
    assert it.tried <= 2 * PATIENCE + 3


class Counter(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.number = 0

    @rule()
    def count(self):
        self.number += 1
        expect.that(self.number < 4, "less than four", self.number)

    @rule()
    def rest(self):
        pass


def test_a_history_is_shrunk_and_told():
    with pytest.raises(Violation) as found:
        hunt(examples=40).histories(Counter, share=0.5, steps=30)
    assert str(found.value).count("count()") == 4
    assert "rest()" not in str(found.value)
    with pytest.raises(Violation, match="less than four"):
        hunt(replay=replay_of(found)).histories(Counter, share=1, steps=30)


def test_a_history_that_holds():
    class Calm(RuleBasedStateMachine):
        @rule()
        def rest(self):
            pass

    it = hunt(examples=40)
    it.histories(Calm, share=0.25, steps=5)
    assert it.tried == 10


def test_a_history_that_cannot_go_on():
    class Stuck(RuleBasedStateMachine):
        @rule()
        def rest(self):
            raise Stop(Blocked("rate limit"))

    with pytest.raises(Blocked, match="rate limit"):
        hunt(examples=40).histories(Stuck, share=1, steps=5)


def test_listed_examples_come_first():
    seen = []
    hunt(seed=3, examples=5).examples(
        st.integers(), seen.append, listed=[-7, -8]
    )
    assert seen[:2] == [-7, -8]
    assert len(seen) == 7


def test_a_listed_example_is_told_and_replayed():
    def check(number):
        small(abs(number))

    with pytest.raises(Violation) as found:
        hunt().examples(st.just(0), check, listed=[1, -5000, 3])
    assert "\nexample: -5000\n" in str(found.value)
    assert replay_of(found) == "listed:1"
    seen = []
    hunt(replay="listed:1").examples(
        st.integers(), seen.append, listed=[1, -5000, 3]
    )
    assert seen == [-5000]


def test_what_is_no_violation_ends_listed_examples_too():
    def check(_):
        raise Blocked("rate limit")

    with pytest.raises(Blocked, match="rate limit"):
        hunt().examples(st.just(0), check, listed=[1])


@pytest.mark.parametrize(("share", "number"), [(0.5, 20), (0.001, 1)])
def test_an_expensive_hunt_takes_a_share(share, number):
    seen = []
    hunt(examples=40).examples(st.integers(), seen.append, share=share)
    assert len(seen) == number


def test_patience_bounds_what_is_tried_after_a_find():
    it = hunt(examples=20)
    with pytest.raises(Violation):
        it.examples(
            st.lists(st.integers(), min_size=5),
            lambda numbers: expect.that(sum(numbers) == 0, "0", numbers),
            patience=0,
        )
    assert it.tried <= 20 + 3

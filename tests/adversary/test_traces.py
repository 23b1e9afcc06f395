"""An exception of the harness is shown, without secrets or people."""

import json

import pytest
from hypothesis import strategies as st

from conformance import targets
from conformance.adversary.budget import Budget
from conformance.adversary.histories.history import History
from conformance.adversary.histories.state import Invariant
from conformance.adversary.hunt import Hunt
from conformance.errors import Blocked
from conformance.evidence import RECORDER
from conformance.evidence.traces import described, traceback_of
from conformance.options import Options

TOKEN = "a-Token-that-nobody-may-see"


@pytest.fixture(scope="module")
def served():
    with targets.parse("reference").start() as instance:
        yield instance


def hunt():
    return Hunt(
        "a::b",
        Options(examples=20),
        7,
        RECORDER.fresh(),
        Budget(examples=20),
    )


def raised(call):
    with pytest.raises(Exception) as found:
        call()
    return found.value


def slip(_example):
    raise KeyError(TOKEN)


def test_the_example_is_told():
    it = hunt()
    error = raised(lambda: it.examples(st.just("made up"), slip))
    assert described(error) == f"KeyError: '{TOKEN}'\nexample: 'made up'"
    assert it.tried == 1  # and not shrunk


def test_a_listed_example_is_told():
    it = hunt()
    error = raised(
        lambda: it.examples(st.nothing(), slip, listed=["\udcff listed"])
    )
    assert described(error).endswith("example: '\\udcff listed'")


def test_a_long_example_is_shortened():
    error = raised(lambda: hunt().examples(st.just("a" * 5000), slip))
    assert len(described(error)) < 1000


def test_an_exception_of_a_strategy_has_its_traceback():
    def strategy_that_slips(_drawn):
        raise ValueError("no value")

    drawn = st.integers().map(strategy_that_slips)
    error = raised(lambda: hunt().examples(drawn, slip))
    assert "in strategy_that_slips" in traceback_of(error)


@pytest.mark.parametrize("error", [KeyError("no member"), Blocked("no code")])
def test_a_history_tells_what_happened_before(
    stage, served, monkeypatch, error
):
    def grant(*_, **__):
        raise error

    monkeypatch.setattr(History, "grant", grant)
    search, *_ = stage(served, Invariant.SCOPE)
    found = raised(search.run)
    assert found is error
    told = described(found)
    assert "in the history:\n1. The owner registers app A for" in told


def deep(number):
    return deep(number - 1) if number else slip("")


def test_a_traceback_names_files_and_is_not_too_long():
    text = traceback_of(raised(lambda: deep(300)))
    assert 'File "tests/adversary/test_traces.py", line' in text
    assert "/home/" not in text
    assert "_pytest" not in text
    assert "raise KeyError(TOKEN)" in text
    assert text.endswith(f"KeyError: '{TOKEN}'")
    assert len(text.splitlines()) < 145


def test_causes_are_told():
    def call():
        try:
            slip("")
        except KeyError as error:
            raise RuntimeError("because of it") from error

    text = traceback_of(raised(call))
    assert "direct cause" in text
    assert json.dumps(text)

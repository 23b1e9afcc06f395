"""From what a scenario raised to its verdict."""

import pytest

from conformance import expect
from conformance.catalogue import Catalogue, Deviation, Requirement
from conformance.catalogue.levels import Level
from conformance.errors import Blocked, Unsupported
from conformance.results.verdict import Verdict, violation, worst
from conformance.verdicts.judge import PASSED, Judgement, judge
from conformance.verdicts.known import Known

SCENARIO = "protocol/test_x.py::test_y"
JUDGE = "conformance.verdicts.judge"
PHASES = ("setup", "call", "teardown")
DOCUMENTED = Deviation("a page", "otherwise")


@pytest.fixture(autouse=True)
def small_catalogue(monkeypatch):
    """One requirement of each level, and two with a documented deviation."""
    made = [
        Requirement(f"rfc1/1/{level.lower()}", level, "It holds.", "r", ())
        for level in Level
    ]
    made += [
        Requirement(
            f"rfc1/2/{name}", Level.MUST, "t", "r", (), deviation=DOCUMENTED
        )
        for name in ("documented", "documented-too")
    ]
    monkeypatch.setattr(f"{JUDGE}.catalogue", lambda: Catalogue(made))


def verdict(phase, error, *requirements, accepted=()):
    ids = requirements or ("rfc1/1/must",)
    return judge(phase, error, SCENARIO, ids, list(accepted)).verdict


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("level", [str(level).lower() for level in Level])
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, Verdict.PASS),
        (Unsupported("no second user"), Verdict.UNSUPPORTED),
        (Blocked("no token"), Verdict.BLOCKED),
        (ValueError("a slip"), Verdict.ERROR),
        (RuntimeError(), Verdict.ERROR),
        (pytest.skip.Exception("hidden"), Verdict.ERROR),
        (pytest.fail.Exception("not an assertion"), Verdict.ERROR),
    ],
)
def test_every_phase_and_level_alike(phase, level, error, expected):
    assert verdict(phase, error, f"rfc1/1/{level}") is expected


@pytest.mark.parametrize("raised", [AssertionError, expect.Violation])
@pytest.mark.parametrize(
    ("phase", "level", "expected"),
    [
        ("call", "must", Verdict.FAIL),
        ("call", "should", Verdict.WARN),
        ("call", "may", Verdict.ERROR),
        ("setup", "must", Verdict.ERROR),
        ("setup", "should", Verdict.ERROR),
        ("setup", "may", Verdict.ERROR),
        ("teardown", "must", Verdict.ERROR),
        ("teardown", "should", Verdict.ERROR),
        ("teardown", "may", Verdict.ERROR),
    ],
)
def test_broken_assertion(raised, phase, level, expected):
    assert verdict(phase, raised("no"), f"rfc1/1/{level}") is expected


def test_assertion_inside_a_group_is_a_violation():
    group = ExceptionGroup("flaky", [ExceptionGroup("", [AssertionError()])])
    assert verdict("call", group) is Verdict.FAIL
    assert verdict("setup", group) is Verdict.ERROR
    assert verdict("call", ExceptionGroup("", [OSError()])) is Verdict.ERROR


def test_documented_deviation_is_known():
    broken = AssertionError("actual: Basic")
    judged = judge("call", broken, SCENARIO, ("rfc1/2/documented",), [])
    assert judged.verdict is Verdict.KNOWN
    assert judged.message == (
        "actual: Basic\ndocumented deviation: a page: otherwise"
    )


def test_each_requirement_has_to_be_documented():
    both = ("rfc1/2/documented", "rfc1/2/documented-too")
    assert verdict("call", AssertionError(), *both) is Verdict.KNOWN
    mixed = ("rfc1/2/documented", "rfc1/1/must")
    assert verdict("call", AssertionError(), *mixed) is Verdict.FAIL


@pytest.mark.parametrize("level", ["must", "should"])
def test_accepted_deviation_is_known(level):
    accepted = [Known("we live with it", f"rfc1/1/{level}")]
    judged = judge(
        "call", AssertionError("no"), SCENARIO, (f"rfc1/1/{level}",), accepted
    )
    assert judged.verdict is Verdict.KNOWN
    assert judged.message == "no\naccepted deviation: we live with it"


def test_acceptance_excuses_violations_only():
    accepted = [Known("r", "rfc1/1/must")]
    for error, expected in (
        (ValueError(), Verdict.ERROR),
        (Blocked(), Verdict.BLOCKED),
        (None, Verdict.PASS),
    ):
        assert verdict("call", error, accepted=accepted) is expected


def test_message_says_what_happened():
    said = judge("setup", KeyError("x"), SCENARIO, (), []).message
    assert said == "setup: KeyError: 'x'"
    said = judge("call", Blocked("no token"), SCENARIO, (), []).message
    assert said == "precondition failed: no token"


def test_ladder_is_in_report_order():
    assert [str(v) for v in Verdict] == [
        "fail",
        "warn",
        "error",
        "blocked",
        "known",
        "unsupported",
        "pass",
        "untested",
    ]
    assert [v.rank for v in Verdict] == list(range(len(Verdict)))


def test_worst_is_highest_on_the_ladder():
    assert worst([Verdict.PASS, Verdict.WARN, Verdict.ERROR]) is Verdict.WARN
    assert worst([Verdict.PASS, Verdict.UNTESTED]) is Verdict.PASS
    assert worst([]) is Verdict.UNTESTED


def test_worse_judgement_is_kept():
    blocked = Judgement(Verdict.BLOCKED, "first")
    assert blocked.worse(PASSED) is blocked
    assert PASSED.worse(blocked) is blocked
    assert blocked.worse(Judgement(Verdict.BLOCKED, "second")) is blocked


def test_level_decides_what_a_violation_is():
    assert [violation(level) for level in Level] == [
        Verdict.FAIL,
        Verdict.WARN,
        Verdict.ERROR,
    ]

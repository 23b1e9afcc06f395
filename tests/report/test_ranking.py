"""Findings are ranked by what is at stake, then by level."""

from __future__ import annotations

from conformance.catalogue.stakes import MEANINGS, THREATS, WORDS, Stake
from conformance.report.view import sections
from conformance.results import parse

from . import sample
from .drawn import render


def test_findings_are_ranked() -> None:
    made = [
        ("interop", "MUST", "fail"),
        ("account", "SHOULD", "warn"),
        ("data", "SHOULD", "fail"),
        ("data", "MUST", "fail"),
        ("account", "MUST", "fail"),
        ("service", "MUST", "fail"),
        ("account", "MUST", "pass"),
        ("form", "MUST", "fail"),
    ]
    results = sample.assemble(
        [
            sample.requirement(
                f"rfc6749/1/n{n}", "t", verdict, level=level, stake=stake
            )
            for n, (stake, level, verdict) in enumerate(made)
        ],
        [],
    )

    (shown,) = sections(parse(results))

    ranked = [r.id[-1] for r in shown.requirements]
    assert ranked == ["4", "1", "3", "2", "5", "0", "7"]


def test_what_fails_is_apart_from_the_rest() -> None:
    verdicts = ["known", "pass", "blocked", "error", "unsupported"]
    results = sample.assemble(
        [
            sample.requirement(f"rfc6749/1/n{n}", "t", verdict)
            for n, verdict in enumerate(verdicts)
        ],
        [],
    )
    shown = {s.title: len(s) for s in sections(parse(results))}
    assert shown == {"Not judged": 2, "Known deviations": 1}
    html = render(results)
    assert "What fails" not in html
    assert "Known deviations</h2>" in html


def test_threat_and_stake_are_shown() -> None:
    one = sample.requirement(
        "rfc6749/1/x", "t", "fail", stake="account", threat="clickjacking"
    )
    html = render(sample.assemble([one], []))

    assert "clickjacking (RFC 9700 §4.16)" in html
    assert WORDS[Stake.ACCOUNT] in html


def test_a_threat_of_another_version_is_shown_by_its_name() -> None:
    one = sample.requirement("rfc6749/1/x", "t", "fail", threat="a new one")

    assert "a new one</p>" in render(sample.assemble([one], []))


def test_results_without_stakes_are_read() -> None:
    read = parse(sample.violations()).requirements[0]

    assert (read.stake, read.threat) == (Stake.INTEROP, "")


def test_every_stake_has_a_word_and_a_meaning() -> None:
    assert set(WORDS) == set(MEANINGS) == set(Stake)


def test_every_threat_says_where_it_is_described() -> None:
    described = ("RFC 6749 §10.", "RFC 6819 §4.", "RFC 9700 §4.")
    for place in THREATS.values():
        assert place.startswith(described)


def test_requirements_of_one_cause_are_one_finding() -> None:
    rows = [
        sample.requirement(f"rfc6749/1/n{n}", f"title {n}", "fail")
        for n in range(3)
    ]
    for row in rows[:2]:
        row["cause"] = "replay"
    results = sample.assemble(rows, [])
    results["causes"] = {"replay": "A code that is used twice ends nothing."}
    html = render(results)

    assert "A code that is used twice ends nothing.</h3>" in html
    assert "One cause of 2 violated requirements" in html
    assert "3 requirements, 2 causes" in html
    assert html.count('<article class="f fail">') == 2


def test_origin_of_a_violation_is_shown() -> None:
    row = sample.requirement("rfc6749/1/x", "t", "fail")
    row["origin"] = "Verified with release 1 to be a matter of <Authlib>."
    html = render(sample.assemble([row], []))

    assert "to be a matter of &lt;Authlib&gt;.</p>" in html

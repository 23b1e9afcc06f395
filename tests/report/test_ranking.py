"""Findings are ranked by verdict, then by what is at stake, then by level."""

from __future__ import annotations

from conformance.catalogue.stakes import MEANINGS, THREATS, WORDS, Stake
from conformance.report.view import findings
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

    ranked = [r.id[-1] for r in findings(parse(results))]

    assert ranked == ["4", "3", "2", "5", "0", "1"]


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

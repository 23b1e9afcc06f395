"""Exchanges of scenarios that passed are shown in brief, no others."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from conformance.report.brief import common, essential
from conformance.results import parse

from . import sample
from .drawn import render

USUAL = ["X-Usual", "the same everywhere"]


def exchange(n: int, *headers: list[str], body: str = "{}") -> dict[str, Any]:
    made = sample.exchange(n, "GET", "/api/ping", 200, answer=body)
    made["response"]["headers"] = [list(h) for h in headers]
    return made


def run(*exchanges: dict[str, Any], verdict: str = "pass") -> dict[str, Any]:
    ran = sample.scenario(
        "protocol/test_x.py::test_y",
        "It holds.",
        [],
        verdict,
        exchanges=list(exchanges),
    )
    return sample.assemble([], [ran])


def exchanges(results: dict[str, Any]) -> str:
    return render(results).partition('<ol class="xs">')[2]


def test_a_usual_header_is_told_once() -> None:
    results = run(*(exchange(n, USUAL, ["X-N", str(n)]) for n in range(5)))

    assert common(parse(results)) == (("x-usual", USUAL[1]),)
    assert USUAL[1] in render(results)
    assert USUAL[1] not in exchanges(results)
    assert "X-N: 3" in exchanges(results)


def test_a_missing_usual_header_is_seen() -> None:
    both = [USUAL, ["X-Other", "also the same"]]
    results = run(
        *(exchange(n, *both) for n in range(19)), exchange(19, USUAL)
    )

    assert exchanges(results).count(USUAL[1]) == 1
    assert "also the same" not in exchanges(results)


def test_a_header_of_some_responses_is_not_usual() -> None:
    results = run(*(exchange(n, *[USUAL] * (n % 2)) for n in range(10)))

    assert common(parse(results)) == ()
    assert exchanges(results).count(USUAL[1]) == 5


def test_headers_of_the_connection_are_left_out() -> None:
    headers = (("Date", "now"), ("Content-Type", "text/html"))

    assert essential(headers) == (("Content-Type", "text/html"),)


@pytest.mark.parametrize("verdict", ["fail", "warn", "known", "blocked"])
def test_what_did_not_pass_is_shown_whole(verdict: str) -> None:
    every = [
        exchange(n, USUAL, ["Date", "now"], body="x" * 3999) for n in range(5)
    ]
    results = run(*every, verdict=verdict)

    assert exchanges(results).count(USUAL[1]) == 5
    assert exchanges(results).count("Date: now") == 5
    assert exchanges(results).count("x" * 3999) == 5


def test_a_long_body_is_cut_earlier() -> None:
    text = exchanges(run(exchange(1, body="x" * 3999)))

    assert re.search("x{700}\n… 3,299 more characters in results.json", text)


def test_nothing_is_taken_from_the_results() -> None:
    results = run(*(exchange(n, USUAL) for n in range(5)))
    before = deepcopy(results)

    render(results)

    assert results == before

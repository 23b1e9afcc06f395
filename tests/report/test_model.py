"""Results that do not fit are refused in one line that says where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalogue.levels import Level
from conformance.errors import UsageError
from conformance.results import parse, read
from conformance.results.verdict import RunVerdict, Verdict

if TYPE_CHECKING:
    from pathlib import Path


def test_good_results_are_typed(results: dict[str, Any]) -> None:
    typed = parse(json.loads(json.dumps(results)))

    assert typed.verdict is RunVerdict.VIOLATIONS
    assert typed.counts[Verdict.FAIL] == 2
    assert typed.requirements[0].level is Level.MUST
    assert typed.scenarios[0].exchanges[0].request.headers[0][0] == "Host"
    assert (typed.finished - typed.started).total_seconds() == 112.5


def test_an_unknown_field_is_no_reason_to_refuse(
    results: dict[str, Any],
) -> None:
    results["later"] = 1

    assert parse(results).harness.version == "0.1.0"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["schema"], 2, "schema 2"),
        (["verdict"], "great", "'great' - at `$.verdict`"),
        (["started"], "noon", "`$.started`"),
        (
            ["http_requests"],
            "3",
            "got `str` - at `$.http_requests`",
        ),
        (
            ["http_requests"],
            True,
            "got `bool` - at `$.http_requests`",
        ),
        (["counts"], {"bad": 1}, "'bad' - at `key` in `$.counts`"),
        (["target"], None, "got `null` - at `$.target`"),
        (["notes"], [1], "got `int` - at `$.notes[0]`"),
        (
            ["scenarios", 0, "duration"],
            float("nan"),
            "`$.scenarios[0].duration`",
        ),
        (
            ["scenarios", 0, "duration"],
            float("inf"),
            "`$.scenarios[0].duration`",
        ),
        (
            ["scenarios", 0, "exchanges", 1, "request", "headers"],
            [["a"]],
            "`$.scenarios[0].exchanges[1].request.headers[0]`",
        ),
    ],
)
def test_bad_results_are_refused(
    results: dict[str, Any], path: list[Any], value: Any, told: str
) -> None:
    place: Any = results
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(UsageError) as refusal:
        parse(results)

    assert told in refusal.value.message
    assert "\n" not in refusal.value.message


def test_a_missing_field_is_named(results: dict[str, Any]) -> None:
    del results["scenarios"][2]["exchanges"][0]["response"]["status"]

    with pytest.raises(
        UsageError,
        match=r"field `status` - at `\$.scenarios\[2\].exchanges\[0\].resp",
    ):
        parse(results)


@pytest.mark.parametrize("other", [[], None, 3, {}, {"a": 1}])
def test_something_else_is_refused(other: object) -> None:
    with pytest.raises(UsageError, match="not results of"):
        parse(other)


def test_a_file_is_read(results: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(results), "utf-8")

    assert read(path) == parse(results)


@pytest.mark.parametrize("content", ["", "{", "\xff", "[" * 100_000])
def test_no_json_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "results.json"
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(UsageError, match="is not a JSON file"):
        read(path)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*No such file"):
        read(tmp_path / "none.json")

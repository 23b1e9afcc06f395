"""A report is replaced whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance import report
from conformance.errors import UsageError
from conformance.results import parse, read

from . import sample
from .drawn import completed, render, write_report

LOADED = """
import sys, conformance.report
print({"pytest", "httpx", "playwright"} & set(sys.modules))
"""
SCHEMA = Path(__file__).parents[2] / "schema" / "results-1.json"


def test_the_files_are_written_into_a_new_folder(
    results: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "a" / "b"

    index = write_report(folder, results, "<testsuites/>")

    assert index == folder / "index.html"
    assert index.read_text("utf-8") == render(results)
    assert read(folder / "results.json") == completed(results)
    assert (folder / "junit.xml").read_text() == "<testsuites/>"
    assert len(list(folder.iterdir())) == 3


def test_a_report_is_replaced(results: dict[str, Any], tmp_path: Path) -> None:
    write_report(tmp_path, results)
    write_report(tmp_path, sample.conforming())

    assert "Conforms" in (tmp_path / "index.html").read_text("utf-8")
    assert len(list(tmp_path.iterdir())) == 2


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_page_that_cannot_be_made_loses_no_results(
    results: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(_results: dict[str, Any]) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("conformance.report.write.render", defect)
    with pytest.raises(ZeroDivisionError):
        write_report(tmp_path, results, "<testsuites/>")

    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"results.json", "junit.xml"}
    assert read(tmp_path / "results.json") == completed(results)


def test_a_full_disk_leaves_the_old_report(
    results: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_report(tmp_path, results)
    before = _contents(tmp_path)
    write_bytes = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        write_bytes(self, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write_report(tmp_path, sample.conforming())
    monkeypatch.undo()

    assert _contents(tmp_path) == before


def test_a_folder_that_cannot_be_is_one_line(
    results: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError) as refusal:
        write_report(tmp_path / "file" / "report", results)

    assert str(tmp_path / "file" / "report") in refusal.value.message
    assert "\n" not in refusal.value.message


def test_the_files_get_the_permissions_of_any_new_file(
    results: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "any").write_text("")
    write_report(tmp_path / "report", results)

    mode = os.stat(tmp_path / "any").st_mode
    assert os.stat(tmp_path / "report" / "index.html").st_mode == mode


def test_half_a_surrogate_pair_does_not_stop_the_report(
    results: dict[str, Any], tmp_path: Path
) -> None:
    results["scenarios"][0]["message"] = "half \ud800 a pair"

    write_report(tmp_path, results)

    assert read(tmp_path / "results.json") == completed(results)
    assert "\\ud800</b> a pair" in (tmp_path / "index.html").read_text()


def test_the_file_has_the_members_that_programs_read(
    results: dict[str, Any], tmp_path: Path
) -> None:
    write_report(tmp_path, results)

    plain = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert plain["started"] == results["started"]
    assert plain["options"] == results["options"]
    for told, written in zip(
        results["scenarios"], plain["scenarios"], strict=True
    ):
        assert {name: written[name] for name in told if told[name]} == {
            name: value for name, value in told.items() if value
        }


def test_the_file_is_of_the_published_schema(
    results: dict[str, Any], tmp_path: Path
) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    write_report(tmp_path, results)

    plain = json.loads((tmp_path / "results.json").read_text("utf-8"))
    jsonschema.validate(plain, schema)
    plain["scenarios"][0]["exchanges"][0]["request"]["headers"] = {}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, schema)


def test_an_older_file_is_drawn_without_what_it_lacks(
    results: dict[str, Any],
) -> None:
    page = report.render(parse(results))
    assert 'id="scope-map"' not in page
    assert all(r["title"] in unescape(page) for r in results["requirements"])


def test_the_report_does_without_pytest() -> None:
    """Not even by way of the package itself."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            LOADED,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "set()"

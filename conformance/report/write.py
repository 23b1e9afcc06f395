"""The files of a report, replaced all at once or not at all."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.evidence.octets import visible
from conformance.report.html import render
from conformance.results import text as results_text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.results import Results


def write_results(directory: Path, results: Results) -> None:
    """Write ``results.json`` alone, before anything else may go wrong.

    Raises:
        UsageError: The folder cannot be written.
    """
    _store(directory, {"results.json": results_text(results)})


def write_report(
    directory: Path, results: Results, junit_text: str | None = None
) -> Path:
    """Write ``index.html`` and ``results.json`` into a folder.

    Args:
        directory: The folder; made if it is not there.
        results: What they hold.
        junit_text: The text of a ``junit.xml`` to write beside them; with
            None such a file is left alone.

    Returns:
        The path of ``index.html``.

    Raises:
        UsageError: The folder cannot be written. What stood there before
            is still there.
    """
    texts = {"results.json": results_text(results)}
    if junit_text is not None:
        texts["junit.xml"] = junit_text
    try:
        texts["index.html"] = render(results)
    except Exception:
        # A defect of ours; what a long run found must outlive it.
        _store(directory, texts)
        raise
    _store(directory, texts)
    return directory / "index.html"


def _store(directory: Path, texts: dict[str, str]) -> None:
    """Write the files; UsageError when the folder cannot be written."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _replace_all(directory, texts)
    except OSError as problem:
        raise UsageError(
            f"cannot write the report to {directory}: "
            f"{problem.strerror or problem}; name another folder"
        ) from problem


def _replace_all(directory: Path, texts: dict[str, str]) -> None:
    """Write every file beside its place, then move all into place."""
    suffix = f".{secrets.token_hex(4)}.tmp"
    drafts = {name: directory / f".{name}{suffix}" for name in texts}
    try:
        for name, draft in drafts.items():
            draft.write_bytes(_encoded(name, texts[name]))
        for name, draft in drafts.items():
            os.replace(draft, directory / name)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _encoded(name: str, text: str) -> bytes:
    # A text may hold half of a surrogate pair, or what stands for a byte
    # that is no UTF-8. JSON has an escape for both; HTML and XML have none.
    if name.endswith(".json"):
        return text.encode("utf-8", "backslashreplace")
    return visible(text).encode()

"""Writes the files of a report, and replaces an older one completely."""

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
    """Write ``results.json`` only, so that no later error loses it.

    Raises:
        UsageError: The folder cannot be written to.
    """
    _store(directory, {"results.json": results_text(results)})


def write_report(
    directory: Path, results: Results, junit_text: str | None = None
) -> Path:
    """Write ``index.html`` and ``results.json`` into a folder.

    Args:
        directory: The folder; it is created if necessary.
        results: The run's results.
        junit_text: The text of a ``junit.xml`` to write as well; None
            leaves an existing one unchanged.

    Returns:
        The path of ``index.html``.

    Raises:
        UsageError: The folder cannot be written to. An older report is
            unchanged.
    """
    texts = {"results.json": results_text(results)}
    if junit_text is not None:
        texts["junit.xml"] = junit_text
    try:
        texts["index.html"] = render(results)
    except Exception:
        # A defect of the report must not lose the results of a long run.
        _store(directory, texts)
        raise
    _store(directory, texts)
    return directory / "index.html"


def _store(directory: Path, texts: dict[str, str]) -> None:
    """Write the files; raise UsageError if the folder is not writable."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _replace_all(directory, texts)
    except OSError as problem:
        raise UsageError(
            f"cannot write the report to {directory}: "
            f"{problem.strerror or problem}; name another folder"
        ) from problem


def _replace_all(directory: Path, texts: dict[str, str]) -> None:
    """Write every file under a temporary name, then rename all."""
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
    # A text may contain a lone surrogate, which may represent a byte that is
    # not valid UTF-8. JSON has an escape for it; HTML and XML have none.
    if name.endswith(".json"):
        return text.encode("utf-8", "backslashreplace")
    return visible(text).encode()

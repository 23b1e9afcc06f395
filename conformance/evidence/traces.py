"""Message, notes and traceback of an exception in the harness itself."""

from __future__ import annotations

import traceback
from pathlib import Path

HEAD, TAIL = 40, 100  # lines of a long traceback that are kept
_OURS = {"conformance", "fixtures", "scenarios", "tests"}
_RUNNER = {"_pytest", "pluggy"}  # packages whose frames are omitted


def described(error: BaseException) -> str:
    """Return an exception's type, message and notes.

    The notes of a property-based test name its current example.
    """
    notes = getattr(error, "__notes__", ())
    return "\n".join([f"{type(error).__name__}: {error}", *notes])


def traceback_of(error: BaseException) -> str:
    """Return an exception's traceback, shortened in the middle if long.

    Frames of pytest are omitted. Paths begin with the package: the folders
    before it may name a person.
    """
    whole = traceback.TracebackException.from_exception(error)
    seen: set[int] = set()
    todo = [whole]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        one.stack = traceback.StackSummary.from_list(
            [_shortened(f) for f in one.stack if not _is_runners(f)]
        )
        others = (one.__cause__, one.__context__, *(one.exceptions or ()))
        todo += [other for other in others if other]
    lines = "".join(whole.format()).rstrip().split("\n")
    if len(lines) > HEAD + TAIL:
        left = len(lines) - HEAD - TAIL
        lines[HEAD:-TAIL] = [f"… {left} more lines"]
    return "\n".join(lines)


def _is_runners(frame: traceback.FrameSummary) -> bool:
    return bool(_RUNNER & set(Path(frame.filename).parts))


def _shortened(frame: traceback.FrameSummary) -> traceback.FrameSummary:
    """Return a frame whose path begins with the package or project."""
    parts = Path(frame.filename).parts
    for root in ("site-packages", "dist-packages"):
        if root in parts:
            parts = parts[parts.index(root) + 1 :]
    roots = [n for n, p in enumerate(parts) if p in _OURS]
    path = Path(*parts[roots[-1] :]) if roots else Path(*parts[-2:])
    return traceback.FrameSummary(
        str(path), frame.lineno, frame.name, line=frame.line
    )

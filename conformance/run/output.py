"""Standard output and error that may be closed, full or a closed pipe."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30  # seconds to wait for the reader of a full pipe
CLOSED = OSError(errno.EBADF, os.strerror(errno.EBADF))


class _Steady(io.FileIO):
    """A file whose ``write`` never raises; it keeps the error instead."""

    lost: OSError | None = None

    def write(self, data: Any, /) -> int:
        """Write as much as possible; return the size even after an error."""
        size = memoryview(data).nbytes
        try:
            written = super().write(data)
            if written is None:  # non-blocking: set by a sharing process
                select.select([], [self], [], PATIENCE)
                written = super().write(data)
        except OSError as error:
            self.lost = error
            return size
        return size if written is None else written


@contextlib.contextmanager
def steady() -> Iterator[None]:
    """Make printing never raise; report lost output on standard error.

    Streams that have replaced Python's own are not changed.
    """
    closed = _open_what_is_closed()
    own = {
        name: getattr(sys, name)
        for name in ("stdout", "stderr")
        if getattr(sys, name) is getattr(sys, f"__{name}__")
    }
    for number, name in enumerate(("stdout", "stderr"), start=1):
        if name in own:
            stream = _stream(number, own[name])
            stream.buffer.raw.lost = CLOSED if number in closed else None  # type: ignore[attr-defined]
            setattr(sys, name, stream)
    try:
        yield
    finally:
        error = lost()
        if error and error.errno not in {errno.EPIPE, errno.EBADF}:
            sys.stderr.write(
                f"warning: standard output is incomplete: {error.strerror}\n"
            )
        for name, stream in own.items():
            getattr(sys, name).flush()
            setattr(sys, name, stream)


def lost() -> OSError | None:
    """Return why standard output is incomplete, or None; then reset it."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if not isinstance(raw, _Steady):
        return None
    error, raw.lost = raw.lost, None
    return error


def _open_what_is_closed() -> set[int]:
    """Open 0, 1 and 2 if closed, so that no other file gets their numbers.

    Returns:
        The numbers that were closed.
    """
    closed = set()
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            closed.add(number)
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            os.set_inheritable(number, True)
    return closed


def _stream(number: int, like: Any) -> io.TextIOWrapper:
    """Return a steady stream like Python's own (None if that is closed)."""
    if like is not None:
        like.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Steady(number, "wb", closefd=False)),
        encoding=getattr(like, "encoding", "utf-8"),
        errors="backslashreplace",  # the encoding may lack a character
        line_buffering=getattr(like, "line_buffering", True),
        write_through=getattr(like, "write_through", False),
    )

"""An examination as text for people, and as JSON for programs."""

from __future__ import annotations

import io
import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict
from rich.console import Console
from rich.markup import escape

from conformance.doctor.examination import SERVERS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.doctor.examination import Cause, Examination, Finding

SCHEMA = 1
WIDTH = 79
# What a server says must not steer the terminal.
UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa1-\ud7ff\ue000-\uffff]")
COLOURS = {
    Severity.BROKEN: "bold red",
    Severity.RISK: "yellow",
    Severity.NOTE: "cyan",
}


def as_text(found: Examination, *, colours: bool) -> str:
    """Return a text; lines of configuration are never wrapped."""
    console = Console(
        file=io.StringIO(),
        force_terminal=colours,
        highlight=False,
        emoji=False,
        soft_wrap=True,
    )
    for line in _lines(found):
        console.print(UNPRINTABLE.sub("?", line))
    return str(console.file.getvalue()).rstrip()  # type: ignore[attr-defined]


def _lines(found: Examination) -> Iterator[str]:
    """Yield lines in rich's markup."""
    yield f"FitTrackee {escape(found.version)} at {escape(found.target)}"
    for finding in found.findings + found.notes:
        yield ""
        yield from _finding(finding)
    yield from _list("Holds", found.holds)
    yield from _list("Not to be seen from outside", found.unseen)
    yield ""
    yield _conclusion(found)


def _finding(finding: Finding) -> Iterator[str]:
    cause = finding.cause
    colour = COLOURS[cause.severity]
    yield f"[{colour}]{cause.severity}[/]: [bold]{escape(cause.title)}[/]"
    yield from _wrapped(f"Seen: {finding.seen}.")
    yield from _wrapped(cause.means)
    for other in finding.follows:
        yield from _wrapped(
            f"From this follows: {other.cause.title} Seen: {other.seen}."
        )
    yield from map(escape, remedy_lines(cause))


def remedy_lines(cause: Cause) -> Iterator[str]:
    """Yield the remedy for every proxy, as plain lines."""
    for server, remedy in cause.remedies.items():
        some = remedy.instead_of or remedy.lines
        yield f"  {SERVERS[server]}, {remedy.where}{':' if some else '.'}"
        if remedy.instead_of:
            yield "    take out what is like"
            yield from _indented(remedy.instead_of)
        if remedy.lines:
            yield "    and write" if remedy.instead_of else "    write"
            yield from _indented(remedy.lines)


def _indented(lines: str) -> list[str]:
    return textwrap.indent(lines.strip(), " " * 8).splitlines()


def _list(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"[bold]{title}[/]"
        for line in lines:
            yield from _wrapped(line, first="  - ")


def _wrapped(text: str, first: str = "  ") -> Iterator[str]:
    later = " " * len(first)
    yield from map(
        escape,
        textwrap.wrap(
            text,
            WIDTH,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        ),
    )


def _conclusion(found: Examination) -> str:
    told = _number(len(found.findings), "finding") or "Nothing found"
    counts = [
        _number(len(found.notes), "note"),
        _number(found.requests, "request"),
        _number(found.handshakes, "further TLS handshake"),
    ]
    return f"{', '.join(filter(None, [told, *counts]))}."


def _number(number: int, what: str) -> str:
    """Return a number of things in words, ``""`` for none."""
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""


def as_json(found: Examination) -> str:
    """Return a document of the same."""
    document = {
        "schema": SCHEMA,
        "target": found.target,
        "version": found.version,
        "status": found.status,
        "findings": [_plain(finding) for finding in found.findings],
        "notes": [_plain(note) for note in found.notes],
        "holds": found.holds,
        "unseen": found.unseen,
        "requests": found.requests,
        "handshakes": found.handshakes,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair


def _plain(finding: Finding) -> dict[str, Any]:
    cause = finding.cause
    return {
        "cause": cause.name,
        "severity": str(cause.severity),
        "title": cause.title,
        "seen": finding.seen,
        "means": cause.means,
        "remedy": {s: asdict(r) for s, r in cause.remedies.items()},
        "follows": [_plain(other) for other in finding.follows],
    }

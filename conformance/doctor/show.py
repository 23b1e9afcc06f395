"""An examination as text for people, and as JSON for programs."""

from __future__ import annotations

import io
import json
import textwrap
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict
from rich.console import Console
from rich.markup import escape

from conformance.doctor.examination import SERVERS, Severity
from conformance.evidence.octets import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.doctor.examination import Cause, Examination, Finding

SCHEMA = 1
WIDTH = 79
COLOURS = {
    Severity.BROKEN: "bold red",
    Severity.RISK: "yellow",
    Severity.NOTE: "cyan",
}


def as_text(result: Examination, *, colours: bool) -> str:
    """Return the findings as text; configuration lines are not wrapped."""
    console = Console(
        file=io.StringIO(),
        force_terminal=colours,
        highlight=False,
        emoji=False,
        soft_wrap=True,
        width=WIDTH,
    )
    for line in _lines(result):
        console.print(printable(line))
    return str(console.file.getvalue()).rstrip()  # type: ignore[attr-defined]


def _lines(result: Examination) -> Iterator[str]:
    """Yield the text's lines, in rich's markup."""
    yield f"FitTrackee {escape(result.version)} at {escape(result.target)}"
    for finding in result.findings + result.notes:
        yield ""
        yield from _finding(finding)
    yield from _list("OK", result.passed)
    yield from _list("Not checked", result.unchecked)
    yield ""
    yield _conclusion(result)


def _finding(finding: Finding) -> Iterator[str]:
    cause = finding.cause
    colour = COLOURS[cause.severity]
    yield f"[{colour}]{cause.severity}[/]: [bold]{escape(cause.title)}[/]"
    yield from _wrapped(f"Evidence: {finding.evidence}.")
    yield from _wrapped(cause.means)
    for other in finding.consequences:
        yield from _wrapped(
            f"Consequence: {other.cause.title} Evidence: {other.evidence}."
        )
    yield from map(escape, remedy_lines(cause))


def remedy_lines(cause: Cause) -> Iterator[str]:
    """Yield the remedy for every proxy, as plain lines."""
    for server, remedy in cause.remedies.items():
        any_lines = remedy.instead_of or remedy.lines
        end = ":" if any_lines else "."
        yield f"  {SERVERS[server]}, {remedy.where}{end}"
        if remedy.instead_of:
            yield "    remove lines such as"
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


def _conclusion(result: Examination) -> str:
    findings = _number(len(result.findings), "finding") or "Nothing found"
    counts = [
        _number(len(result.notes), "note"),
        _number(result.requests, "request"),
        _number(result.handshakes, "further TLS handshake"),
    ]
    return f"{', '.join(filter(None, [findings, *counts]))}."


def _number(number: int, what: str) -> str:
    """Return such as ``2 notes``, ``""`` for zero."""
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""


def as_json(result: Examination) -> str:
    """Return the findings as a JSON document."""
    document = {
        "schema": SCHEMA,
        "target": result.target,
        "version": result.version,
        "status": result.status,
        "findings": [_plain(finding) for finding in result.findings],
        "notes": [_plain(note) for note in result.notes],
        "holds": result.passed,
        "unseen": result.unchecked,
        "requests": result.requests,
        "handshakes": result.handshakes,
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()  # no lone surrogates


def _plain(finding: Finding) -> dict[str, Any]:
    cause = finding.cause
    return {
        "cause": cause.name,
        "severity": str(cause.severity),
        "title": cause.title,
        "seen": finding.evidence,
        "means": cause.means,
        "remedy": {s: asdict(r) for s, r in cause.remedies.items()},
        "follows": [_plain(other) for other in finding.consequences],
    }

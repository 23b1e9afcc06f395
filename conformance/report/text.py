"""Formats single values for the report."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from conformance.evidence.octets import visible
from conformance.report.curl import LABEL

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.results import Clause

#: Characters of a body that the page shows; the rest is in ``results.json``.
SHOWN = 4000

# HTML drops or replaces these; a terminal may interpret them.
_VISIBLE = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
del _VISIBLE[ord("\n")], _VISIBLE[ord("\t")]
_NO_TEXT = re.compile("[\ud800-\udfff]+")

_APPENDIX = re.compile(r"[A-Z](\.\d+)*")


def shown(text: str) -> Markup:
    """Return a text for a ``<pre>``: control characters shown, labels marked.

    Labels are those of redacted secrets.
    """
    text = text.replace("\r\n", "\n").translate(_VISIBLE)
    marked = LABEL.sub(r"<mark>\g<0></mark>", str(escape(text)))
    return Markup(  # noqa: S704 - escaped here, and only tags are added
        _NO_TEXT.sub(_as_bytes, marked)
    )


def _as_bytes(found: re.Match[str]) -> str:
    return f'<b class="no" title="not UTF-8">{visible(found[0])}</b>'


def raw(text: str, most: int = SHOWN) -> Markup:
    """Return a complete request for a ``<pre>``: line ends are shown."""
    lines = text[:most].replace("\r\n", "\r\0").replace("\n", "␊\n")
    cut = f"\n… {len(text) - most:,} more characters in results.json"
    return shown(
        lines.replace("\r\0", "␍␊\n") + (cut if len(text) > most else "")
    )


def sent(text: str, most: int = SHOWN) -> str:
    """Return the body of a request, indented if it is ordinary JSON."""
    return body(text, most) if _is_usual_json(text) else _cut(text, most)


def _is_usual_json(text: str) -> bool:
    """Return whether a text is JSON in the form of a common encoder.

    Indenting any other would hide what was sent.
    """
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return any(
        json.dumps(plain, ensure_ascii=False, separators=separators) == text
        for separators in ((", ", ": "), (",", ":"))
    )


def body(text: str, most: int = SHOWN) -> str:
    """Return a body, JSON indented, cut at a number of characters."""
    return _cut(_indented(text), most)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    rest = len(text) - most
    return f"{text[:most]}\n… {rest:,} more characters in results.json"


def _indented(text: str) -> str:
    if text.lstrip()[:1] not in {"{", "["}:
        return text
    try:
        plain = json.loads(text, object_pairs_hook=_without_repeats)
        return json.dumps(plain, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raise ValueError for a repeated name, which indenting would drop."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name is repeated")
    return dict(pairs)


def duration(seconds: float) -> str:
    """Return a duration in seconds in words, such as ``2 min 5 s``."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s"


def date_time(when: datetime) -> str:
    """Return a date and time to the minute, with its zone."""
    return f"{when:%Y-%m-%d %H:%M} {when.tzname() or ''}".rstrip()


def count(number: int, noun: str) -> str:
    """Return a number with a noun, in the plural with an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def clause(source: Clause) -> str:
    """Return the citation of a source, such as ``RFC 6749 §4.1.2``."""
    if not source.section:
        return source.name
    sign = " §" if source.section[0].isdigit() else ", "
    if _APPENDIX.fullmatch(source.section):
        sign = ", appendix "
    return f"{source.name}{sign}{source.section}"


def safe_link(url: str) -> str:
    """Return an HTTP or HTTPS URL, ``""`` for any other scheme."""
    return url if url.startswith(("https://", "http://")) else ""


def anchor(identifier: str) -> str:
    """Return the id of a requirement or a scenario as an HTML id."""
    return "_".join(identifier.split())

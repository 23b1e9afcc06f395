"""How one value is spelt in URLs, forms, JSON, HTML and reprs."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote, quote_plus

from conformance.evidence.octets import to_bytes, to_text


def spellings(value: str) -> set[str]:
    """Return the ways a value is spelt."""
    in_json, in_html = json.dumps(value)[1:-1], html.escape(value)
    plain = {
        value,
        in_json,
        in_json.replace("/", r"\/"),
        json.dumps(in_json)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
        html.escape(value, quote=False),
        in_html,
        in_html.replace("&#x27;", "&#39;"),
        in_html.replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),  # Jinja
    }
    raws = encoded(value)
    sent = {to_text(raw) for raw in raws}
    quoted = {text for raw in raws for text in _quoted(raw)}
    twice = {quote(text, safe="") for text in quoted}
    lower = {
        re.sub(r"%[0-9A-F]{2}", lambda m: m[0].lower(), text)
        for text in quoted | twice
    }
    reprs = {repr(raw)[2:-1] for raw in raws}
    return {*plain, *sent, *quoted, *twice, *lower, *reprs}


def encoded(value: str) -> set[bytes]:
    """Return a value's bytes, however half a surrogate pair is taken."""
    return {value.encode("utf-8", "surrogatepass"), to_bytes(value)}


def _quoted(raw: bytes) -> set[str]:
    return {
        quote(raw, safe=""),
        quote(raw),
        quote(raw, safe="!'()*"),  # JavaScript's encodeURIComponent
        quote_plus(raw),
        quote_plus(raw, safe="*").replace("~", "%7E"),  # URLSearchParams
    }

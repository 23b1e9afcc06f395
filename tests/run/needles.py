"""Finds many secrets, in many spellings, in a long text."""

import base64
import html
import json
from collections import defaultdict
from urllib.parse import quote, quote_plus

PREFIX = 8


def encodings(secret: str) -> set[str]:
    """Return how a secret may be written, save for cutting it short."""
    raw = secret.encode("utf-8", "surrogatepass")
    return {
        secret,
        quote(raw),
        quote(raw, safe=""),
        quote_plus(raw),
        quote(quote(raw, safe=""), safe=""),
        html.escape(secret),
        html.escape(secret).replace("&#x27;", "&#39;"),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(secret))[3:-3],
        html.escape(json.dumps(secret)[1:-1]),
        raw.hex(),
        *_in_base64(raw),
    }


def _in_base64(raw: bytes) -> set[str]:
    """Return the part that stands in base64 of any text around it."""
    found = set()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw).decode("ascii")
        inner = text[(0, 2, 3)[before] : len(text) - len(text) % 4]
        inner = inner.rstrip("=")[: -1 if text.endswith("=") else None]
        found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {text for text in found if len(text) >= PREFIX}


def find(texts: dict[str, str], secrets: set[str]) -> set[tuple[str, str]]:
    """Return (name of the text, secret) for each secret that stands in one."""
    index = defaultdict(list)
    for secret in secrets:
        for needle in encodings(secret):
            index[needle[:PREFIX]].append((needle, secret))
    return {
        (name, secret)
        for name, text in texts.items()
        for place in _places(text, index)
        for needle, secret in index[text[place : place + PREFIX]]
        if text.startswith(needle, place)
    }


def _places(text: str, index: dict[str, object]) -> list[int]:
    all_places = range(len(text) - PREFIX + 1)
    return [n for n in all_places if text[n : n + PREFIX] in index]

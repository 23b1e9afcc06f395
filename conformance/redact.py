"""Secrets become labels before anything is kept.

A secret is learnt from where it stands (a form field, a JSON member, a
header, a cookie) and from then on every text that holds it shows a label
such as ``access_token#2`` instead. Labels are numbered per scenario, so a
reader can follow one secret through it without ever seeing it.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote, quote_plus

KINDS = {
    "password": "password",
    "client_secret": "client_secret",
    "code": "authorization_code",
    "code_verifier": "code_verifier",
    "refresh_token": "refresh_token",
    "access_token": "access_token",
    "token": "token",
    "auth_token": "session_token",
    "access_token_cookie": "session_cookie",
    "csrf_access_token": "csrf_token",
    "refresh_token_cookie": "session_cookie",
    "csrf_refresh_token": "csrf_token",
    "x-csrf-token": "csrf_token",
}
SHORTEST = 8  # FitTrackee's shortest password; shorter values are no secret
_PARAMETER = re.compile(
    rf"(?<![A-Za-z_])(?P<name>{'|'.join(map(re.escape, KINDS))})"
    r"(?:=|%3D)(?P<value>[^&\s\"'<>%#;]{8,})"
)
_WORD = re.compile(r"[A-Za-z0-9._~+/=-]{8,}")


class Secrets:
    """Every secret that this process has met, whichever scenario met it."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self.kinds: dict[str, str] = {}

    def learn(self, value: str, kind: str) -> bool:
        """Remember a secret; the first kind stays. False when too short."""
        if len(value) < SHORTEST:
            return False
        self.kinds.setdefault(value, kind)
        return True


class Redactor:
    """Replaces secrets by labels, numbered as this scenario meets them."""

    def __init__(self, secrets: Secrets) -> None:
        """Share what other scenarios learnt, number labels afresh."""
        self._secrets = secrets
        self._labels: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._forms: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, value: str, kind: str) -> None:
        """Take a value as a secret of that kind from now on."""
        if self._secrets.learn(value, kind):
            self.label(value)

    def label(self, value: str) -> str:
        """Return the label of a secret that has been learnt."""
        if value not in self._labels:
            kind = self._secrets.kinds[value]
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._labels[value] = f"{kind}#{self._counts[kind]}"
            for form in _written_forms(value):
                self._forms[form] = self._labels[value]
            self._pattern = None
        return self._labels[value]

    def redact(self, text: str) -> str:
        """Return the text with every known secret replaced by its label."""
        for found in _PARAMETER.finditer(text):
            if found["value"] not in self._labels.values():
                self.learn(found["value"], KINDS[found["name"]])
        for word in _WORD.findall(text):
            if word in self._secrets.kinds:
                self.label(word)
        if not self._forms:
            return text
        if self._pattern is None:
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        return self._pattern.sub(lambda m: self._forms[m.group()], text)


def _written_forms(value: str) -> set[str]:
    """The ways a value is spelt in URLs, forms and JSON."""
    return {
        value,
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
    }

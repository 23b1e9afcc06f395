"""Secrets become labels before anything is kept.

A secret is learnt from where it stands (a form field, a JSON member, a
header, a cookie) and from then on every text that holds it shows a label
such as ``access_token#2`` instead. Labels are numbered per scenario, so a
reader can follow one secret through it without ever seeing it.

Texts are redacted three times, and each time has a reason of its own:

1. When a message, an expectation or a remark is recorded
   (:class:`conformance.evidence.Evidence`), so that a secret is never kept.
2. When a verdict's message or a traceback is made
   (:class:`conformance.run.scenario.ScenarioState`): it reaches the terminal
   and the JUnit file, and quotes what no exchange has, such as an exception.
3. When all of a scenario leaves for ``results.json``
   (``Evidence.to_plain``, and its message again): a value may have been
   recorded before it was known as a secret: a plain PKCE challenge is the
   verifier of a later request.

Only pictures and scripts pass as they are: a picture has its secrets covered
when it is taken, a script is made without any.
"""

from __future__ import annotations

import re
from bisect import insort
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from conformance.evidence import personal
from conformance.evidence.spellings import encoded, spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

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
WORDS = {*KINDS, *KINDS.values()}
SHORTEST = 8  # FitTrackee's shortest password; shorter values are no secret
BODY_LIMIT = 8 * 1024  # characters of a body or header that evidence keeps
MARGIN = 2_000  # more that are read, to see where a secret ends
LONGEST = 20_000  # characters of a secret: no text is shown that is longer
Labels = tuple[dict[str, str], dict[str, int]]  # by secret; by kind
# A label that stands where a value is expected is not a value.
_PARAMETER = re.compile(
    rf"(?<![A-Za-z_])(?P<name>{'|'.join(map(re.escape, KINDS))})"
    r"(?:=|%3D)(?P<value>[^&\s\"'<>%#;]{8,}+)(?!#\d)"
)
_CUT = ("…", "...")


class Secrets:
    """Every secret that this process has met, whichever scenario met it."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self.kinds: dict[str, str] = {}
        self.personal = personal.Personal()
        self._made_up: set[int] = set()  # hashes: some are long
        self._spellings: dict[str, list[tuple[str, str]]] = {}

    def learn(self, value: str, kind: str) -> bool:
        """Remember a secret; the first kind stays.

        Returns:
            False for what is none: a short value, a label's own word, or
            what the harness made up.
        """
        if (
            len(value) < SHORTEST
            or value in WORDS
            or hash(value) in self._made_up
        ):
            return False
        value = value[:LONGEST]
        if value not in self.kinds:
            self.kinds[value] = kind
            for spelling in spellings(value):
                alike = self._spellings.setdefault(spelling[:SHORTEST], [])
                insort(alike, (spelling, value), key=lambda p: -len(p[0]))
        return True

    def made_up(self, value: str) -> None:
        """Remember what is none, wherever it stands; a known one stays."""
        if value not in self.kinds:
            sent = {quote_plus(raw) for raw in encoded(value)}
            self._made_up |= {hash(text) for text in (value, *sent)}

    def is_made_up(self, value: object) -> bool:
        """Whether a value is one that the harness made up."""
        return isinstance(value, str) and hash(value) in self._made_up

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield the secrets in a text as (start, end, value), in order.

        Of several at one place the longest wins. One whose end was cut
        off, by the end of the text or an ellipsis, is found as well.
        """
        known, free = self._spellings, 0
        places = range(len(text) - SHORTEST + 1)
        for start in [n for n in places if text[n : n + SHORTEST] in known]:
            if start >= free and (found := self._at(text, start)):
                yield start, *found
                free = found[0]

    def _at(self, text: str, start: int) -> tuple[int, str] | None:
        alike = self._spellings[text[start : start + SHORTEST]]
        for spelling, value in alike:
            if text.startswith(spelling, start):
                return start + len(spelling), value
        for spelling, value in alike:
            here = text[start : start + len(spelling)]
            end = start + _alike(spelling, here)
            if end == len(text) or text.startswith(_CUT, end):
                return end, value
        return None


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common.

    Secrets may be long: slices are compared, halving what is in doubt.
    """
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


class Redactor:
    """Replaces secrets by labels, numbered as this scenario meets them."""

    def __init__(self, secrets: Secrets) -> None:
        """Share what other scenarios learnt, number labels afresh."""
        self._secrets = secrets
        self._labels: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def labels(self) -> Labels:
        """Return the labels that were given so far."""
        return dict(self._labels), dict(self._counts)

    def relabel(self, labels: Labels) -> None:
        """Go back to the labels that were given at some time."""
        given, counts = labels
        self._labels, self._counts = dict(given), dict(counts)

    def learn(self, value: str, kind: str) -> None:
        """Take a value as a secret of that kind from now on."""
        if self._secrets.learn(value, kind):
            self.label(value[:LONGEST])

    def made_up(self, value: str) -> None:
        """Take a value as the harness's own: it is shown as it is.

        Secrets inside of it are hidden all the same.
        """
        self._secrets.made_up(value)

    def label(self, value: str) -> str:
        """Return the label of a secret that has been learnt."""
        return self._numbered(value, self._secrets.kinds[value])

    def learn_personal(self, document: str) -> None:
        """Take the personal data of a JSON document to be found anywhere."""
        for _, _, value, kind in personal.members(document):
            if not self._secrets.is_made_up(value):
                self.personal.learn(value, kind)

    @property
    def personal(self) -> personal.Personal:
        """The personal data that was met."""
        return self._secrets.personal

    def _numbered(self, value: str, kind: str) -> str:
        name = f"{kind} {value}"
        if name not in self._labels:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._labels[name] = f"{kind}#{self._counts[kind]}"
        return self._labels[name]

    def redact(self, text: str) -> str:
        """Return the text with every known secret replaced by its label."""
        for found in _PARAMETER.finditer(text):
            self.learn(found["value"], KINDS[found["name"]])
        kept, end = [], 0
        for start, after, value in self._secrets.find(text):
            kept += [text[end:start], self.label(value)]
            end = after
        return self.personal.replaced(
            "".join([*kept, text[end:]]), self._numbered
        )

    def impersonal(self, document: str) -> str:
        """Return a JSON text with the members about a person labelled.

        They are found by their names. What the harness made up stays.
        """
        kept, end = [], 0
        for start, after, value, kind in personal.members(document):
            if self._secrets.is_made_up(value):
                continue
            text = value if isinstance(value, str) else document[start:after]
            label = self._numbered(text, kind)
            kept += [document[end:start], f'"{label}"']
            end = after
        return "".join([*kept, document[end:]])

    def shortened(self, text: str) -> str:
        """Redact a text and keep its beginning.

        It is cut before that, since a text may be long, but further behind:
        what the first cut leaves of a secret the second one takes away.
        """
        kept = self.redact(text[: BODY_LIMIT + MARGIN])
        if len(text) <= BODY_LIMIT + MARGIN and len(kept) <= BODY_LIMIT:
            return kept
        shown = kept[: min(BODY_LIMIT, max(0, len(kept) - SHORTEST))]
        return f"{shown}\n… {len(text) - len(shown)} more characters"

"""Redaction: replaces secrets by labels before anything is stored.

A value is learnt as a secret by its place in a message (a form field, a JSON
member, a header, a cookie). From then on it is replaced in every text by a
label such as ``access_token#2``. Labels are numbered per scenario, so that a
reader can follow a secret through the scenario without seeing it.

Texts are redacted three times, for different reasons:

1. When a message, an expectation or a remark is recorded
   (:class:`conformance.evidence.Evidence`), so that no secret is stored.
2. When a verdict's message or a traceback is created
   (:class:`conformance.run.scenario.ScenarioState`): it is printed, written
   to the JUnit file, and may quote text that is in no exchange, such as an
   exception's.
3. When a scenario is written to ``results.json`` (``Evidence.to_plain``, and
   its message again): a value may have been recorded before it was known to
   be a secret: a plain PKCE challenge is the verifier of a later request.

Only screenshots and scripts are not redacted: a screenshot is taken with its
secrets covered, a script is generated without any.
"""

from __future__ import annotations

import re
from bisect import insort
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from conformance.evidence.personal import Personal, PersonalMember, members
from conformance.evidence.spellings import encoded, spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
SHORTEST = 8  # FitTrackee's shortest password; shorter values are not secrets
BODY_LIMIT = 8 * 1024  # characters of a body or header that evidence stores
MARGIN = 2_000  # characters read beyond it, to find the end of a secret
LONGEST = 20_000  # characters of a secret; more than any text that is shown
Labels = tuple[dict[str, str], dict[str, int]]  # by kind and value; by kind
# A label in the place of a value is not learnt as a secret.
_PARAMETER = re.compile(
    rf"(?<![A-Za-z_])(?P<name>{'|'.join(map(re.escape, KINDS))})"
    r"(?:=|%3D)(?P<value>[^&\s\"'<>%#;]{8,}+)(?!#\d)"
)
_CUT = ("…", "...")


class Secrets:
    """The secrets of this process, from all of its scenarios."""

    def __init__(self) -> None:
        """Start without secrets."""
        self.kinds: dict[str, str] = {}
        self.personal = Personal()
        self._exempt: set[int] = set()  # hashes: some values are long
        self._spellings: dict[str, list[tuple[str, str]]] = {}

    def learn(self, value: str, kind: str) -> bool:
        """Add a secret; a known one keeps its kind.

        Returns:
            False for a value that is not a secret: one that is too short,
            the word of a label, or an exempt value.
        """
        if (
            len(value) < SHORTEST
            or value in WORDS
            or hash(value) in self._exempt
        ):
            return False
        value = value[:LONGEST]
        if value not in self.kinds:
            self.kinds[value] = kind
            for spelling in spellings(value):
                bucket = self._spellings.setdefault(spelling[:SHORTEST], [])
                insort(bucket, (spelling, value), key=lambda p: -len(p[0]))
        return True

    def exempt(self, value: str) -> None:
        """Exempt a generated value, unless it is a known secret."""
        if value not in self.kinds:
            sent = {quote_plus(raw) for raw in encoded(value)}
            self._exempt |= {hash(text) for text in (value, *sent)}

    def is_exempt(self, value: object) -> bool:
        """Whether a value was exempted as generated."""
        return isinstance(value, str) and hash(value) in self._exempt

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield the secrets in a text as (start, end, value), in order.

        Of several at one position the longest is yielded. A secret that is
        truncated, by the end of the text or an ellipsis, is found as well.
        """
        known, free = self._spellings, 0
        places = range(len(text) - SHORTEST + 1)
        for start in [n for n in places if text[n : n + SHORTEST] in known]:
            if start >= free and (found := self._at(text, start)):
                yield start, *found
                free = found[0]

    def _at(self, text: str, start: int) -> tuple[int, str] | None:
        bucket = self._spellings[text[start : start + SHORTEST]]
        for spelling, value in bucket:
            if text.startswith(spelling, start):
                return start + len(spelling), value
        for spelling, value in bucket:
            here = text[start : start + len(spelling)]
            end = start + _common_prefix(spelling, here)
            if end == len(text) or text.startswith(_CUT, end):
                return end, value
        return None


def _common_prefix(one: str, other: str) -> int:
    """Return the length of the common prefix of two texts.

    A binary search that compares slices, since secrets may be long.
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
    """Replaces secrets by labels, numbered in order of their occurrence."""

    def __init__(self, secrets: Secrets) -> None:
        """Use the secrets of all scenarios, with labels of its own."""
        self._secrets = secrets
        self._labels: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def labels(self) -> Labels:
        """Return the labels that are assigned so far."""
        return dict(self._labels), dict(self._counts)

    def relabel(self, labels: Labels) -> None:
        """Reset the labels to an earlier state."""
        given, counts = labels
        self._labels, self._counts = dict(given), dict(counts)

    def learn(self, value: str, kind: str) -> None:
        """Redact a value from now on, as a secret of a kind."""
        if self._secrets.learn(value, kind):
            self.label(value[:LONGEST])

    def exempt(self, value: str) -> None:
        """Exempt a generated value from redaction.

        Known secrets inside of it are still redacted.
        """
        self._secrets.exempt(value)

    def label(self, value: str) -> str:
        """Return the label of a secret that has been learnt."""
        return self._numbered(value, self._secrets.kinds[value])

    def learn_personal(self, document: str) -> list[PersonalMember]:
        """Take the personal data of a JSON text to be found anywhere.

        Returns:
            Its members that are about a person; generated values are exempt.
        """
        found = [
            member
            for member in members(document)
            if not self._secrets.is_exempt(member.value)
        ]
        for member in found:
            self.personal.learn(member.value, member.kind)
        return found

    @property
    def personal(self) -> Personal:
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
        parts, end = [], 0
        for start, after, value in self._secrets.find(text):
            parts += [text[end:start], self.label(value)]
            end = after
        return self.personal.replaced(
            "".join([*parts, text[end:]]), self._numbered
        )

    def impersonal(
        self, document: str, found: Sequence[PersonalMember]
    ) -> str:
        """Return a JSON text with the values of its members labelled.

        Args:
            document: The text.
            found: What :meth:`learn_personal` returned for it.
        """
        parts, end = [], 0
        for start, after, value, kind in found:
            text = value if isinstance(value, str) else document[start:after]
            label = self._numbered(text, kind)
            parts += [document[end:start], f'"{label}"']
            end = after
        return "".join([*parts, document[end:]])

    def shortened(self, text: str) -> str:
        """Return the beginning of a text, redacted.

        A long text is truncated before it is redacted, and once more, at a
        lower limit, after it: the second cut removes the rest of a secret
        that the first one has split.
        """
        redacted = self.redact(text[: BODY_LIMIT + MARGIN])
        if len(text) <= BODY_LIMIT + MARGIN and len(redacted) <= BODY_LIMIT:
            return redacted
        shown = redacted[: min(BODY_LIMIT, max(0, len(redacted) - SHORTEST))]
        return f"{shown}\n… {len(text) - len(shown)} more characters"

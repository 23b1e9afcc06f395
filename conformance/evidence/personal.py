"""Personal data of users becomes labels, as secrets do.

In responses the value of a member that holds personal data (``MEMBERS``) is
replaced whatever it is. Elsewhere (URLs, headers, requests, messages) its
text is replaced where it stands as a whole word, from ``SHORTEST`` characters
on: never a number, and never a word of the protocol (``VOCABULARY``), which
a user may also have as a name.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance import routes
from conformance.catalogue.scopes import SINCE
from conformance.evidence.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: The kind of each JSON member of FitTrackee's API that is about a person.
MEMBERS = {
    "email": "email",
    "email_to_confirm": "email",
    "username": "username",
    "first_name": "personal_name",
    "last_name": "personal_name",
    "birth_date": "birth_date",
    "location": "place",
    "timezone": "place",
    "bio": "biography",
    "comments": "workout_data",
    "equipments": "workout_data",
    "records": "workout_data",
    "workout": "workout_data",
    "workouts": "workout_data",
    "total_ascent": "workout_data",
    "total_distance": "workout_data",
    "total_duration": "workout_data",
}
KINDS = set(MEMBERS.values())
SHORTEST = 4  # characters of a value that is looked for outside of members
LONGEST = 1_000  # characters of such a value
ERROR_CODES = {  # RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1; RFC 7009, 2.2.1
    "access_denied",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
}
_MEMBER = re.compile(rf'"({"|".join(MEMBERS)})"\s*:\s*')
# What a value may follow without being the end of a longer word: an escape
# of a URL or of JSON ends with a letter or a digit too.
_BEFORE = r"(?:(?<!\w)|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrtbf]))"
_AFTER = r'(?!\w)(?!"\s*:)'  # nor is it the name of a member
_DECODER = json.JSONDecoder()


def _vocabulary() -> set[str]:
    paths = [v for v in vars(routes).values() if isinstance(v, str)]
    texts = [*paths, *SINCE, *ERROR_CODES, *MEMBERS, *KINDS]
    words = {w for text in texts for w in (text, *re.split(r"\W+", text))}
    # The actors, as messages name them.
    return words | {"owner", "stranger", "admin", "browser", "client", "user"}


VOCABULARY = _vocabulary()


class PersonalMember(NamedTuple):
    """A personal member of a JSON text.

    Attributes:
        start: Where its value starts in the text.
        end: Where it ends.
        value: The value.
        kind: What its label is called.
    """

    start: int
    end: int
    value: object
    kind: str


class Personal:
    """The personal data that this process has met."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self.words: set[str] = set()  # short ones too, for pictures
        self._kinds: dict[str, str] = {}
        self._by_spelling: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, value: object, kind: str) -> None:
        """Remember a value that is to be found anywhere.

        One that is no text, is short, a number or a word of the protocol is
        passed over.
        """
        if not isinstance(value, str) or not _is_word(value):
            return
        self.words.add(value)
        if len(value) >= SHORTEST and value not in self._kinds:
            self._kinds[value] = kind
            for spelling in spellings(value):
                self._by_spelling.setdefault(spelling, value)
            self._pattern = None  # compiled when it is next used

    def replaced(self, text: str, label: Callable[[str, str], str]) -> str:
        """Return a text with the values that it holds replaced.

        Args:
            text: The text.
            label: Gives the label of a value and its kind.
        """
        if not self._by_spelling:
            return text
        if self._pattern is None:
            self._pattern = whole_words(self._by_spelling)

        def named(found: re.Match[str]) -> str:
            value = self._by_spelling[found[0]]
            return label(value, self._kinds[value])

        return self._pattern.sub(named, text)


def whole_words(values: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of some values as a whole word."""
    longest_first = sorted(values, key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    return re.compile(f"{_BEFORE}(?:{words}){_AFTER}")


def members(document: str) -> Iterator[PersonalMember]:
    """Yield the personal members of a JSON text, in order.

    It need not be whole: a value that is cut off reaches to its end. Values
    that say nothing (null, empty, zero, a boolean) are passed over.
    """
    found = _MEMBER.search(document)
    while found:
        start = found.end()
        value, end = _value(document, start)
        if value and value is not True:
            yield PersonalMember(start, end, value, MEMBERS[found[1]])
        found = _MEMBER.search(document, max(end, start))


def _value(document: str, start: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(document, start)
    except (ValueError, RecursionError):
        return document[start:], len(document)


def _is_word(value: str) -> bool:
    return (
        len(value) <= LONGEST
        and any(character.isalpha() for character in value)
        and value.strip().lower() not in VOCABULARY
    )

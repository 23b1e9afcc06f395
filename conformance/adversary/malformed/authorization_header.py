"""Malformed Authorization headers that an HTTP client can send."""

from __future__ import annotations

import string
from dataclasses import dataclass

from hypothesis import strategies as st

from conformance.adversary.malformed.edits import INTACT_OR_ABSENT, Edit, edits
from conformance.adversary.malformed.encoding import to_bytes
from conformance.adversary.malformed.texts import Repeated, short_texts

FORMS = [
    "Bearer %s",
    "bearer %s",
    "BEARER  %s",
    "Bearer\t%s",
    "Bearer %s %s",
    "Bearer %s, Bearer %s",
    "Bearer token=%s",
    'Bearer "%s"',
    "Bearer: %s",
    "Bearer",
    "Basic %s",
    "Token %s",
    "Digest username=%s",
    "%s",
    ", Bearer %s",
]
INVALID_FORMS = [
    "Bearer x%s",
    "Bearer %sx",
    "Token %s",
    "MAC %s",
    "Bearerx %s",
]
"""Forms in which no token is valid."""


def allowed(text: str) -> bool:
    """Return whether a header of a well-formed request may contain a text."""
    return all(byte >= 0x20 and byte != 0x7F for byte in to_bytes(text))


header_texts = short_texts.filter(allowed) | st.builds(
    Repeated, st.just("a"), st.sampled_from([300, 5_000])
)
visible = st.text(string.ascii_letters + "é%=+/~.", min_size=1, max_size=4)


@dataclass(frozen=True)
class MalformedHeader:
    """A mutation of a valid ``Authorization: Bearer`` header.

    Attributes:
        edit: The change of the token, None for none.
        form: The form of the header; ``%s`` is the token.
    """

    edit: Edit | None = None
    form: str = FORMS[0]

    def apply(self, token: str) -> bytes:
        """Apply it to a valid token; return the value of the header."""
        return to_bytes(self._value(token))

    @property
    def sendable(self) -> bool:
        """Whether an HTTP client sends it: no leading or trailing blank."""
        value = self._value("xx")
        return value == value.strip(" \t")

    @property
    def intact_or_absent(self) -> bool:
        """Whether it contains the original token intact or not at all."""
        return self.edit is None or self.edit.how in INTACT_OR_ABSENT

    def _value(self, token: str) -> str:
        edited = self.edit(token) if self.edit else token
        return self.form.replace("%s", edited)


def headers(
    inserted: st.SearchStrategy[str | Repeated] = header_texts,
) -> st.SearchStrategy[MalformedHeader]:
    """Return the strategy for malformed headers.

    Args:
        inserted: The strategy for inserted texts.
    """
    edit = st.none() | edits(inserted)
    return st.builds(MalformedHeader, edit, st.sampled_from(FORMS)).filter(
        lambda header: header.sendable
    )


invalid_headers = st.builds(MalformedHeader, edits(visible)) | st.builds(
    MalformedHeader, st.none(), st.sampled_from(INVALID_FORMS)
)
"""Headers that certainly contain no valid token."""

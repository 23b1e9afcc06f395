"""Malformed Authorization headers that an HTTP client lets through."""

from __future__ import annotations

import string
from dataclasses import dataclass

from hypothesis import strategies as st

from conformance.adversary.malformed.edits import WHOLE, Edit, edits
from conformance.adversary.malformed.encoding import to_bytes
from conformance.adversary.malformed.texts import Repeated, short

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
BAD_FORMS = ["Bearer x%s", "Bearer %sx", "Token %s", "MAC %s", "Bearerx %s"]
"""Forms under which no server can take a token for a valid one."""


def allowed(text: str) -> bool:
    """Tell whether a text may stand in a header of a well-formed request."""
    return all(byte >= 0x20 and byte != 0x7F for byte in to_bytes(text))


header_texts = short.filter(allowed) | st.builds(
    Repeated, st.just("a"), st.sampled_from([300, 5_000])
)
visible = st.text(string.ascii_letters + "é%=+/~.", min_size=1, max_size=4)


@dataclass(frozen=True)
class MalformedHeader:
    """What is done to a valid ``Authorization: Bearer`` header.

    Attributes:
        edit: Of the token.
        form: Of the header; ``%s`` stands for the token.
    """

    edit: Edit | None = None
    form: str = FORMS[0]

    def sent(self, token: str) -> bytes:
        """Return the header's value."""
        return to_bytes(self._value(token))

    @property
    def sendable(self) -> bool:
        """Whether an HTTP client sends it: no blank begins or ends it."""
        value = self._value("xx")
        return value == value.strip(" \t")

    @property
    def whole(self) -> bool:
        """Whether the token is whole in it, or gone."""
        return self.edit is None or self.edit.how in WHOLE

    def _value(self, token: str) -> str:
        edited = self.edit(token) if self.edit else token
        return self.form.replace("%s", edited)


def headers(
    drawn: st.SearchStrategy[str | Repeated] = header_texts,
) -> st.SearchStrategy[MalformedHeader]:
    """Draw any malformed header.

    Args:
        drawn: The texts to put in.
    """
    edit = st.none() | edits(drawn)
    return st.builds(MalformedHeader, edit, st.sampled_from(FORMS)).filter(
        lambda header: header.sendable
    )


bad_headers = st.builds(MalformedHeader, edits(visible)) | st.builds(
    MalformedHeader, st.none(), st.sampled_from(BAD_FORMS)
)
"""Headers that certainly hold no valid token."""

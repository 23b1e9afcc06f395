"""The endpoints of tokens: exchange, refresh, revocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.adversary.malformed.encoding import in_query
from conformance.adversary.malformed.endpoints import Endpoint, learn_secrets
from conformance.instance.answer import REFUSED
from conformance.routes import REVOKE, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from conformance.actors.app import App
    from conformance.actors.issued import Tokens
    from conformance.actors.owner import Owner
    from conformance.adversary.malformed.forms import MalformedForm
    from conformance.instance.form import Value


class _Form(Endpoint):
    """A form with the app's credentials in it."""

    path = TOKEN

    def valid(self) -> dict[str, Value]:
        """Return the valid parameters except the credentials."""
        raise NotImplementedError

    def _send(self, example: MalformedForm) -> httpx.Response:
        parameters = {**self.valid(), **self.app.credentials()}
        valid = {n: v for n, v in parameters.items() if isinstance(v, str)}
        learn_secrets(example.values(valid), valid)
        query, (body, headers) = example.apply(valid)
        return self.app.send(
            "POST",
            self.path,
            content=body,
            headers=headers,
            extensions=in_query(self.path, query),
        )

    def _noise(self) -> Iterator[Callable[[], httpx.Response]]:
        yield lambda: self.app.send("POST", self.path, data={"a": "b"})
        unknown = {"grant_type": "made_up"}
        yield lambda: self.app.send("POST", self.path, data=unknown)


class CodeExchange(_Form):
    """POST /api/oauth/token with a code, a new one each time."""

    def valid(self) -> dict[str, Value]:
        """Return the parameters that exchange a new code."""
        return self.app.code_grant(self.app.must_authorize(self.owner))


class _WithTokens(_Form):
    """Uses the same tokens as long as requests with them are refused."""

    def __init__(self, owner: Owner, app: Callable[[], App]) -> None:
        """Set the user and the app; no tokens are obtained yet."""
        super().__init__(owner, app)
        self._tokens: Tokens | None = None

    @property
    def tokens(self) -> Tokens:
        """Tokens that no successful request has used."""
        if self._tokens is None:
            self._tokens = self.app.must_obtain_tokens(self.owner)
        return self._tokens

    def _send(self, example: MalformedForm) -> httpx.Response:
        response = None
        try:
            response = super()._send(example)
        finally:
            if response is None or response.status_code not in REFUSED:
                self._tokens = None
        return response


class Refresh(_WithTokens):
    """POST /api/oauth/token with a refresh token."""

    def valid(self) -> dict[str, Value]:
        """Return the parameters of a refresh with an unused token."""
        return self.app.refresh_grant(self.tokens)


class Revocation(_WithTokens):
    """POST /api/oauth/revoke with an access token."""

    path = REVOKE

    def valid(self) -> dict[str, Value]:
        """Return the parameters that revoke an unused access token."""
        return {
            "token": self.tokens.access_token,
            "token_type_hint": "access_token",
        }

"""The app: a registered OAuth client, acting for its users.

Verbs come in two moods. ``exchange`` returns what came; ``must_exchange``
is a precondition and raises Blocked when it does not hold. Neither judges.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Protocol

from conformance.actors.issued import (
    Code,
    Tokens,
    must_be_granted,
    must_be_tokens,
    must_hold_scope,
    redirect_parameters,
    words,
)
from conformance.actors.pkce import Pkce
from conformance.instance import sendable
from conformance.instance.form import encode
from conformance.instance.preconditions import (
    must_be_refused,
    must_succeed,
    unmet,
)
from conformance.routes import AUTHORIZE, REVOKE, TOKEN

if TYPE_CHECKING:
    import httpx

    from conformance.instance.form import Value


class ResourceOwner(Protocol):
    """What an app needs of the user that it acts for."""

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Return the response to a POST request in the user's session."""

    def must_register(self) -> App:
        """Return a new app of the user's."""


class App:
    """A client with its credentials, and the requests it can send."""

    def __init__(self, client: httpx.Client, data: dict[str, Any]) -> None:
        """Take over the ``data.client`` object of a registration."""
        self._client = client
        self.id: int = data["id"]
        self.client_id: str = data["client_id"]
        self.client_secret: str = data["client_secret"]
        self.name: str = data["name"]
        self.redirect_uris: list[str] = data["redirect_uris"]
        self.scope: str = data["scope"]
        self._data = data

    def __repr__(self) -> str:
        """Show the app without its secret."""
        return f"App({self.name!r}, scope={self.scope!r})"

    def over(self, client: httpx.Client) -> App:
        """Return the same app over another connection."""
        return App(client, self._data)

    @property
    def redirect_uri(self) -> str:
        """The first registered redirection URI."""
        return self.redirect_uris[0]

    # -- authorization endpoint (RFC 6749 section 3.1) ------------------

    def authorization(
        self, pkce: Pkce | None, **changes: Value
    ) -> dict[str, Value]:
        """Return the parameters of an authorization request."""
        request: dict[str, Value] = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": secrets.token_urlsafe(16),
        }
        if pkce:
            request["code_challenge"] = pkce.challenge
            request["code_challenge_method"] = pkce.method
        return {**request, **changes}

    def authorize(
        self,
        owner: ResourceOwner,
        *,
        pkce: Pkce | None = None,
        **changes: Value,
    ) -> httpx.Response:
        """Have a user confirm an authorization request; return what came.

        Args:
            owner: The user who consents.
            pkce: The challenge to send; none by default.
            **changes: Parameters to change, see
                :mod:`conformance.instance.form`.
        """
        request = self.authorization(pkce)
        body, headers = encode({**request, "confirm": "true"}, changes)
        return owner.post(AUTHORIZE, content=body, headers=headers)

    def must_authorize(
        self,
        owner: ResourceOwner,
        *,
        pkce: Pkce | None = None,
        **changes: Value,
    ) -> Code:
        """Obtain a code, with PKCE S256 unless told otherwise."""
        pkce = pkce or Pkce.s256()
        return self._code(owner, pkce, changes)

    def must_authorize_without_pkce(
        self, owner: ResourceOwner, **changes: Value
    ) -> Code:
        """Obtain a code by a request that carries no code challenge."""
        return self._code(owner, None, changes)

    def must_receive_code(
        self,
        owner: ResourceOwner,
        *,
        pkce: Pkce | None = None,
        **changes: Value,
    ) -> httpx.Response:
        """Return the answer that brings a code, for what else it holds."""
        response = self.authorize(owner, pkce=pkce, **changes)
        return must_be_granted(response, verb="must_receive_code")

    def _code(
        self,
        owner: ResourceOwner,
        pkce: Pkce | None,
        changes: dict[str, Value],
    ) -> Code:
        sent = {**self.authorization(pkce), **changes}
        response = self.authorize(owner, pkce=pkce, **sent)
        must_be_granted(response, verb="must_authorize")
        returned = redirect_parameters(response)
        uri, state = sent["redirect_uri"], sent["state"]
        return Code(
            value=returned["code"][0],
            redirect_uri=uri if isinstance(uri, str) else None,
            verifier=pkce.verifier if pkce else None,
            state=state if isinstance(state, str) else None,
            returned=returned,
        )

    # -- token endpoint (RFC 6749 section 3.2) --------------------------

    def credentials(self) -> dict[str, Value]:
        """Return the client's credentials as form parameters."""
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def token_request(
        self,
        defaults: dict[str, Value],
        changes: dict[str, Value],
        **options: Any,
    ) -> httpx.Response:
        """Post a form with the client's credentials to the token endpoint."""
        body, headers = encode({**defaults, **self.credentials()}, changes)
        merged = {**headers, **options.pop("headers", {})}
        return self._client.post(
            TOKEN, content=body, headers=merged, **options
        )

    @staticmethod
    def code_grant(code: Code) -> dict[str, Value]:
        """Return the parameters that exchange a code (section 4.1.3)."""
        return {
            "grant_type": "authorization_code",
            "code": code.value,
            "redirect_uri": code.redirect_uri,
            "code_verifier": code.verifier,
        }

    @staticmethod
    def refresh_grant(tokens: Tokens) -> dict[str, Value]:
        """Return the parameters that use a refresh token (section 6)."""
        return {
            "grant_type": "refresh_token",
            "refresh_token": tokens.refresh_token,
        }

    def exchange(self, code: Code, /, **changes: Value) -> httpx.Response:
        """Exchange a code for tokens (section 4.1.3); return what came."""
        return self.token_request(self.code_grant(code), changes)

    def must_exchange(self, code: Code, /, **changes: Value) -> Tokens:
        """Exchange a code that has to be good."""
        response = self.exchange(code, **changes)
        return must_be_tokens(response, verb="must_exchange")

    def must_obtain_tokens(
        self, owner: ResourceOwner, **changes: Value
    ) -> Tokens:
        """Authorize, with PKCE S256, and exchange in one go.

        A scope that is asked for has to be the one that is granted.
        """
        code = self._code(owner, Pkce.s256(), changes)
        response = self.exchange(code)
        tokens = must_be_tokens(response, verb="must_exchange")
        asked, verb = changes.get("scope"), "must_obtain_tokens"
        return must_hold_scope(tokens, asked, response, verb=verb)

    def refresh(self, tokens: Tokens, /, **changes: Value) -> httpx.Response:
        """Use a refresh token (section 6); return what came."""
        return self.token_request(self.refresh_grant(tokens), changes)

    def must_refresh(self, tokens: Tokens, /, **changes: Value) -> Tokens:
        """Refresh tokens that have to be good, with the scope asked for."""
        response, verb = self.refresh(tokens, **changes), "must_refresh"
        return must_hold_scope(
            must_be_tokens(response, verb=verb),
            changes.get("scope"),
            response,
            verb=verb,
            granted=words(tokens.scope),
        )

    # -- revocation endpoint (RFC 7009) ---------------------------------

    def revoke(self, token: str, /, **changes: Value) -> httpx.Response:
        """Revoke a token (section 2.1); return what came."""
        request: dict[str, Value] = {"token": token, **self.credentials()}
        body, headers = encode(request, changes)
        return self._client.post(REVOKE, content=body, headers=headers)

    def must_revoke(self, token: str, /, **changes: Value) -> None:
        """Revoke a token; Blocked when the server refuses."""
        response = self.revoke(token, **changes)
        if response.status_code != 200:
            raise unmet("must_revoke", "200", response)

    def must_revoke_others(self, owner: ResourceOwner) -> None:
        """Obtain tokens and revoke them: the revocation endpoint works."""
        self.must_revoke(self.must_obtain_tokens(owner).access_token)

    # -- the whole flow --------------------------------------------------

    def must_complete_flow(self, owner: ResourceOwner, path: str) -> None:
        """Walk every step from the registration to the revoked token.

        Args:
            owner: The user who registers and consents.
            path: What the token opens.
        """
        owner.must_register()
        tokens = self.must_refresh(self.must_obtain_tokens(owner))
        self.must_call(tokens.access_token, path)
        self.must_revoke(tokens.access_token)
        must_be_refused(
            self.call(tokens.access_token, path),
            broken="rfc7009/2/access-token-revocable",
            verb="must_complete_flow",
        )

    # -- protected resources (RFC 6750) ---------------------------------

    def call(
        self, token: str | None, path: str, method: str = "GET", **options: Any
    ) -> httpx.Response:
        """Call the API, with the token in the Authorization header.

        Args:
            token: The access token; None sends no credentials.
            path: Path below the instance's URL.
            method: HTTP method.
            **options: What httpx takes; ``headers`` win over ours.
        """
        sendable.must_fit(token or "")
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        headers = {**bearer, **options.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **options)

    def must_call(
        self, token: str | None, path: str, method: str = "GET", **options: Any
    ) -> httpx.Response:
        """Call the API with a token that has to be let in (2xx)."""
        response = self.call(token, path, method, **options)
        return must_succeed(response, verb="must_call")

    def must_send(
        self, method: str, path: str, **options: Any
    ) -> httpx.Response:
        """Send a request exactly as given that has to succeed (2xx)."""
        response = self.send(method, path, **options)
        return must_succeed(response, verb="must_send")

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request exactly as given, with nothing added."""
        return self._client.request(method, path, **options)

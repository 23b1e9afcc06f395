"""Access tokens by scope: one app, one token per set of scopes and user.

A token costs two requests, so tokens that are only read are shared: each is
issued on first use and kept for the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from conformance.actors.issued import redirect_parameters, words
from conformance.catalogue.route_probes import CHEAP, OWNER, UNKNOWN_TOKEN
from conformance.errors import Unsupported
from conformance.evidence import observe
from conformance.instance.preconditions import unmet

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.actors.app import App
    from conformance.actors.owner import Owner
    from conformance.catalogue.route_probes import RouteProbe


class ScopeTokens:
    """The access tokens of one app that is registered for every scope.

    Attributes:
        app: The app, registered for the whole run.
        known: Every scope of the release.
    """

    def __init__(
        self,
        app: App,
        known: tuple[str, ...],
        user: Callable[[str], Owner],
        *,
        disposable: bool,
    ) -> None:
        """Prepare; tokens are issued on first use.

        Args:
            app: An app with every known scope.
            known: The scopes of the release.
            user: Returns the user of a role, ``owner`` or ``admin``.
            disposable: Whether the harness started the instance.
        """
        self.app = app
        self.known = known
        self.disposable = disposable
        self._user = user
        self._made: dict[tuple[str, frozenset[str]], str] = {}
        self._bare: list[str | None] = []
        self._names: dict[str, str] = {}
        self._good: set[str] = set()

    def __repr__(self) -> str:
        """Show the number of tokens, without their values."""
        return f"ScopeTokens({len(self._made)} made)"

    def name(self, role: str = OWNER) -> str:
        """Return the name of a role's user."""
        if role not in self._names:
            self._names[role] = self._user(role).username
        return self._names[role]

    def send(
        self,
        probe: RouteProbe,
        token: str | None,
        refused: Callable[[], str] | None = None,
    ) -> httpx.Response:
        """Send a probe as the user whose role it requires.

        Args:
            probe: The request.
            token: The access token, None to send none.
            refused: Returns a token that the route rejects. If it does,
                and crashes only for the other token, the crash is behind
                the access check, and its response is returned.

        Raises:
            Unsupported: The probe may do harm on this instance.
            Blocked: The server crashed, which shows nothing about tokens.
        """
        if probe.own_instance_only and not self.disposable:
            raise Unsupported(
                f"{probe.method} {probe.path} is asked only of instances "
                "that the harness started itself"
            )
        response = self._request(probe, token)
        if response.status_code < 500:
            return response
        other = self._request(probe, refused()) if refused else response
        if other.status_code in {401, 403}:
            observe(f"{probe.method} {probe.path} crashes behind its guard")
            return response
        raise unmet("send", "a response without a server error", response)

    def require_route(self, probe: RouteProbe) -> None:
        """Raise Unsupported unless the server has a route.

        Raises:
            Unsupported: The response is the front end's page, which is
                shown at every unknown address, or 405.
        """
        answer = self.send(probe, UNKNOWN_TOKEN)
        kind = answer.headers.get("content-type", "")
        page = answer.is_success and kind.startswith("text/html")
        if page or answer.status_code == httpx.codes.METHOD_NOT_ALLOWED:
            raise Unsupported(
                f"this instance has no {probe.method} {probe.path}, and is "
                "newer than any documentation known here"
            )

    def _request(self, probe: RouteProbe, token: str | None) -> httpx.Response:
        path = probe.path
        if "{name}" in path:
            path = probe.path_for(self.name(probe.role))
        return self.app.call(token, path, probe.method, **probe.options)

    def exactly(self, *wanted: str, role: str = OWNER) -> str:
        """Return a token with exactly these scopes.

        Raises:
            Blocked: The server granted other scopes.
            Unsupported: The release has no such scope, or the target has
                no such user.
        """
        missing = sorted(set(wanted) - set(self.known))
        if missing:
            raise Unsupported(f"the release has no scope {missing[0]}")
        key = (role, frozenset(wanted))
        if key not in self._made:
            asked = " ".join(wanted)
            tokens = self.app.must_obtain_tokens(self._user(role), scope=asked)
            self._made[key] = tokens.access_token
        return self._made[key]

    def all_but(self, *left_out: str, role: str = OWNER) -> str:
        """Return a token with every scope except these."""
        kept = [scope for scope in self.known if scope not in left_out]
        return self.exactly(*kept, role=role)

    def everything(self, role: str = OWNER) -> str:
        """Return a token with every scope of the release."""
        return self.exactly(*self.known, role=role)

    def must_be_good(self, token: str, role: str = OWNER) -> None:
        """Raise Blocked unless a token is accepted; checked once each."""
        if token in self._good:
            return
        for scope in ("profile:read", "workouts:read"):
            if self.send(CHEAP[scope], token).is_success:
                self._good.add(token)
                return
        raise unmet(
            "must_be_good",
            "a token that opens the profile or the workouts",
            actual=f"a token of the {role} opens neither",
        )

    def without_scope(self) -> str | None:
        """Return a token without a scope, None where none is issued.

        To a request without a scope, a server may apply a default or return
        an error (RFC 6749 section 3.3); a token of the default scope does
        not count.
        """
        if not self._bare:
            self._bare.append(self._ask_for_nothing())
        return self._bare[0]

    def _ask_for_nothing(self) -> str | None:
        owner = self._user(OWNER)
        answer = self.app.authorize(owner, scope=None)
        if "code" not in redirect_parameters(answer):
            return None
        tokens = self.app.must_obtain_tokens(owner, scope=None)
        return None if words(tokens.scope) else tokens.access_token

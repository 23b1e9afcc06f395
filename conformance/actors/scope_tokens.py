"""Access tokens by scope: one app, one token for each set and user.

Asking for consent costs two requests a token, so what is only read is
shared: a token is made when it is first asked for and kept for the run.
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
    """The access tokens of one app that may ask for every scope.

    Attributes:
        app: The app; registered for the whole run.
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
        """Prepare; tokens are made when they are asked for.

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
        """Show how many there are, and none of them."""
        return f"ScopeTokens({len(self._made)} made)"

    def name(self, role: str = OWNER) -> str:
        """Return the user name behind a role."""
        if role not in self._names:
            self._names[role] = self._user(role).username
        return self._names[role]

    def send(
        self,
        probe: RouteProbe,
        token: str | None,
        refused: Callable[[], str] | None = None,
    ) -> httpx.Response:
        """Send a probe in the name of the user whose role it needs.

        Args:
            probe: The request.
            token: The access token, None to send none.
            refused: Makes a token that the route turns away. When it does
                so, and crashes for the other token alone, then the crash
                lies behind the guard, and its answer is returned.

        Raises:
            Unsupported: It is not harmless on this instance.
            Blocked: The server crashed, which says nothing about tokens.
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
        raise unmet("send", "an answer without a server error", response)

    def require_route(self, probe: RouteProbe) -> None:
        """Make sure that the server has a route.

        Raises:
            Unsupported: To a question its front end answers, which shows
                its page at every unknown address; any other method is not
                allowed there.
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
        """Return a token with these scopes and no others.

        Raises:
            Blocked: The server granted something else.
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
        """Return a token with every scope but these."""
        kept = [scope for scope in self.known if scope not in left_out]
        return self.exactly(*kept, role=role)

    def everything(self, role: str = OWNER) -> str:
        """Return a token with every scope there is."""
        return self.exactly(*self.known, role=role)

    def must_be_good(self, token: str, role: str = OWNER) -> None:
        """Make sure, once for each token, that it opens something."""
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
        """Return a token with no scope, None where none is issued.

        RFC 6749 section 3.3 leaves a server two ways with a request that
        names no scope, a default or an error; what comes of a default is
        not a token without scope.
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

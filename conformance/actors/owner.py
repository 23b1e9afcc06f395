"""The resource owner: a user who registers apps and consents to them."""

from __future__ import annotations

import itertools
import json
import secrets
from typing import TYPE_CHECKING, Any

from conformance.actors.app import App
from conformance.actors.issued import must_be_granted
from conformance.instance import sendable
from conformance.instance.preconditions import (
    json_body,
    must_have,
    must_hold,
    must_succeed,
    unmet,
)
from conformance.routes import (
    APPS,
    PROFILE,
    app_by_client_id,
    app_deletion,
    app_revocation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from conformance.instance.connection import Connection
    from conformance.instance.session import Session

CALLBACK = "https://app.example.org/callback"
DEFAULT_SCOPE = "profile:read workouts:read"
APP_MEMBERS: dict[str, type] = {
    "id": int,
    "client_id": str,
    "client_secret": str,
    "name": str,
    "redirect_uris": list,
    "scope": str,
}


class Owner:
    """A logged-in user; records the apps it registers, for clean-up."""

    def __init__(
        self, wire: Connection, session: Session, prefix: str
    ) -> None:
        """Act through a session.

        Args:
            wire: How to reach the instance.
            session: The user's first-party session.
            prefix: Beginning of the name of every app registered here,
                so that a live instance can be swept.
        """
        self._wire = wire
        self.session = session
        self.prefix = prefix
        self._numbers = itertools.count(1)
        self._own = secrets.token_hex(3)  # another scenario has another
        self._registered: list[int] = []
        self._username = ""

    def __repr__(self) -> str:
        """Show the user's address, without credentials."""
        return f"Owner({self.session.user.email!r})"

    # -- first-party requests -------------------------------------------

    def request(
        self, method: str, path: str, **options: Any
    ) -> httpx.Response:
        """Send a first-party request; return the response."""
        return self.session.request(method, path, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """GET as this user."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """POST as this user."""
        return self.request("POST", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        """DELETE as this user."""
        return self.request("DELETE", path, **options)

    def must_get(self, path: str, **options: Any) -> httpx.Response:
        """GET as this user; Blocked unless the response is 2xx."""
        return must_succeed(self.get(path, **options), verb="must_get")

    def must_post(self, path: str, **options: Any) -> httpx.Response:
        """POST as this user; Blocked unless the response is 2xx."""
        return must_succeed(self.post(path, **options), verb="must_post")

    @property
    def username(self) -> str:
        """The user name in this user's profile; Blocked without one."""
        if not self._username:
            response = self.get(PROFILE)
            self._username = must_have(
                response, "data", "username", kind=str, verb="username"
            )
        return self._username

    # -- apps -----------------------------------------------------------

    def registration(self, **changes: Any) -> dict[str, Any]:
        """Return the JSON of a valid registration, with changes.

        A change to None leaves the member out.
        """
        good = {
            "client_name": f"{self.prefix}-{self._own}-{next(self._numbers)}",
            "client_uri": "https://app.example.org",
            "client_description": "made by a conformance run",
            "redirect_uris": [CALLBACK],
            "scope": DEFAULT_SCOPE,
        }
        merged = {**good, **changes}
        return {k: v for k, v in merged.items() if v is not None}

    def register(self, **changes: Any) -> httpx.Response:
        """Register an app; return the response."""
        return self.register_raw(json=self.registration(**changes))

    def register_raw(self, **options: Any) -> httpx.Response:
        """POST any body to the registration route; return the response."""
        response = self.post(APPS, **options)
        if (app_id := self.registered(response)) is not None:
            self._registered.append(app_id)
        return response

    @staticmethod
    def registered(response: httpx.Response) -> int | None:
        """Return the id of the app in a registration response, or None."""
        app_id = (_client(response) or {}).get("id")
        return app_id if isinstance(app_id, int) else None

    def must_register(self, **changes: Any) -> App:
        """Register an app; Blocked when it is rejected."""
        return self.must_be_registered(self.register(**changes))

    def must_be_registered(self, response: httpx.Response) -> App:
        """Return the app of a registration response; Blocked without one."""
        data = _client(response)
        if response.status_code not in {200, 201} or not data:
            raise unmet("must_register", "a registered app", response)
        return self._app(data, response)

    def _app(self, data: dict[str, Any], response: httpx.Response) -> App:
        """Return an App from ``data.client``; Blocked when malformed."""
        missing = [
            name
            for name, kind in APP_MEMBERS.items()
            if not isinstance(data.get(name), kind)
        ]
        uris = [] if missing else data["redirect_uris"]
        must_hold(
            uris and all(isinstance(uri, str) for uri in uris),
            f"data.client with {', '.join(APP_MEMBERS)}",
            f"{', '.join(missing) or 'redirect_uris'} missing or mistyped",
            response,
            verb="must_register",
        )
        sendable.keep_client(data)
        return App(self._wire.client("app"), data)

    def register_and_authorize(
        self, redirect_uri: str, **changes: Any
    ) -> httpx.Response:
        """Register an app for a redirection URI and request a code there.

        Args:
            redirect_uri: Sent in the authorization request, and the only
                one that is registered unless ``redirect_uris`` changes.
            **changes: To the registration, as for :meth:`registration`.

        Returns:
            The response that rejects the registration, else that to the
            authorization request that this user confirmed.
        """
        response = self.register(
            **{"redirect_uris": [redirect_uri], **changes}
        )
        data = _client(response)
        if not response.is_success or not data:
            return response
        registered = {**data, "redirect_uris": [redirect_uri]}
        return self._app(registered, response).authorize(self)

    def must_receive_code(
        self, redirect_uri: str, **changes: Any
    ) -> httpx.Response:
        """Register an app and request a code; Blocked without a code.

        Args:
            redirect_uri: As for :meth:`register_and_authorize`.
            **changes: To the registration.
        """
        response = self.register_and_authorize(redirect_uri, **changes)
        return must_be_granted(response, verb="must_receive_code")

    def must_show(self, app: App) -> dict[str, Any]:
        """Return the data of an app of this user; Blocked without them."""
        response = self.must_get(app_by_client_id(app.client_id))
        data = _client(response)
        if not data or data.get("client_id") != app.client_id:
            raise unmet("must_show", f"the app {app.name}", response)
        return data

    def must_list(self, *apps: App) -> list[int]:
        """Return the ids of all apps; Blocked unless some are among them."""
        ids = self.app_ids()
        missing = [app.name for app in apps if app.id not in ids]
        must_hold(
            not missing,
            f"a list with {', '.join(app.name for app in apps)}",
            f"it lacks {', '.join(missing)}",
            verb="must_list",
        )
        return ids

    def must_delete(self, app: App) -> httpx.Response:
        """Delete an app; Blocked unless the response is 2xx."""
        response = self.delete(app_deletion(app.id))
        return must_succeed(response, verb="must_delete")

    def must_revoke_all(self, app: App) -> httpx.Response:
        """Revoke all tokens of an app; Blocked unless it gets 2xx."""
        response = self.post(app_revocation(app.id))
        return must_succeed(response, verb="must_revoke_all")

    def app_ids(self) -> list[int]:
        """Return the ids of all of the user's apps, over all pages."""
        return [data["id"] for data in self.apps()]

    def apps(self) -> Iterator[dict[str, Any]]:
        """Yield the user's apps over all pages.

        Raises:
            Blocked: The list is rejected, malformed or endless.
        """
        seen: set[int] = set()
        for page in itertools.count(1):
            response = self.get(APPS, params={"page": page})
            found, more = _page(response)
            yield from found
            if not found or not more:
                return
            ids = {data["id"] for data in found}
            if ids <= seen:
                raise unmet(
                    "apps",
                    "a list of apps that ends",
                    response,
                    actual=f"page {page} repeats those before",
                )
            seen |= ids

    def unregister(self, app_id: int) -> None:
        """Delete an app before the scenario ends."""
        self.delete(app_deletion(app_id))
        self._registered = [i for i in self._registered if i != app_id]

    def clean_up(self) -> None:
        """Delete every app registered here that may still exist."""
        while self._registered:
            self.delete(f"{APPS}/{self._registered[-1]}")
            self._registered.pop()


def sweep(owner: Owner, prefix: str) -> int:
    """Delete all the user's apps that contain the prefix.

    The name need not contain it: a generated test may have changed that.

    Returns:
        How many of them could not be deleted.
    """
    doomed = [app["id"] for app in owner.apps() if prefix in json.dumps(app)]
    answers = [owner.delete(app_deletion(app_id)) for app_id in doomed]
    return sum(not a.is_success and a.status_code != 404 for a in answers)


def _page(response: httpx.Response) -> tuple[list[dict[str, Any]], bool]:
    """Return the apps of one page, and whether another follows."""
    try:
        body = must_succeed(response, verb="apps").json()
        found = [dict(app) for app in body["data"]["clients"]]
        more = bool(body["pagination"]["has_next"])
    except (ValueError, KeyError, TypeError):
        raise unmet("apps", "a list of apps", response) from None
    if not all({"id", "name"} <= app.keys() for app in found):
        raise unmet("apps", "a list of apps with id and name", response)
    return found, more


def _client(response: httpx.Response) -> dict[str, Any] | None:
    body = json_body(response)
    data = body.get("data") if isinstance(body, dict) else None
    client = data.get("client") if isinstance(data, dict) else None
    return client if isinstance(client, dict) else None

"""A user of the instance who registers apps and consents to them."""

from __future__ import annotations

import itertools
import json
import secrets
from typing import TYPE_CHECKING, Any

from conformance import issued
from conformance.app import App
from conformance.errors import Blocked

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from conformance.session import Session
    from conformance.wire import Wire

APPS = "/api/oauth/apps"
CALLBACK = "https://app.example.org/callback"
DEFAULT_SCOPE = "profile:read workouts:read"
APP_MEMBERS = {
    "id",
    "client_id",
    "client_secret",
    "name",
    "redirect_uris",
    "scope",
}


class Owner:
    """A logged-in user; every app registered is remembered for clean-up."""

    def __init__(self, wire: Wire, session: Session, prefix: str) -> None:
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

    def __repr__(self) -> str:
        """Show who this is, without credentials."""
        return f"Owner({self.session.user.email!r})"

    # -- first-party requests -------------------------------------------

    def request(
        self, method: str, path: str, **options: Any
    ) -> httpx.Response:
        """Send a first-party request; return what came."""
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

    # -- apps -----------------------------------------------------------

    def registration(self, **changes: Any) -> dict[str, Any]:
        """Return the JSON of a good registration, changed as told.

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
        """Register an app; return what came."""
        return self.register_raw(json=self.registration(**changes))

    def register_raw(self, **options: Any) -> httpx.Response:
        """POST anything to the registration route; return what came."""
        response = self.post(APPS, **options)
        if (app_id := self.registered(response)) is not None:
            self._registered.append(app_id)
        return response

    @staticmethod
    def registered(response: httpx.Response) -> int | None:
        """Return the id of the app that an answer registers, if it does."""
        app_id = (_client(response) or {}).get("id")
        return app_id if isinstance(app_id, int) else None

    def must_register(self, **changes: Any) -> App:
        """Register an app that has to be accepted."""
        response = self.register(**changes)
        data = _client(response)
        if response.status_code not in {200, 201} or not data:
            raise Blocked(
                f"registration failed: {response.status_code} "
                f"{response.text[:300]}"
            )
        return self._app(data)

    def _app(self, data: dict[str, Any]) -> App:
        """Make an actor of a registered app; Blocked when that fails."""
        if missing := APP_MEMBERS - data.keys():
            raise Blocked(f"a registration answered without {min(missing)}")
        issued.must_be_client(data)
        return App(self._wire.client("app"), data)

    def register_and_authorize(
        self, redirect_uri: str, **changes: Any
    ) -> httpx.Response:
        """Register an app for a redirection URI and ask for a code there.

        Args:
            redirect_uri: Named by the authorization request, and the only
                one that is registered unless ``redirect_uris`` changes.
            **changes: To the registration, as for :meth:`registration`.

        Returns:
            The refusal of the registration, else the answer to the
            authorization request that this user confirmed.
        """
        response = self.register(
            **{"redirect_uris": [redirect_uri], **changes}
        )
        data = _client(response)
        if not response.is_success or not data:
            return response
        app = self._app({**data, "redirect_uris": [redirect_uri]})
        return app.authorize(self)

    def app_ids(self) -> list[int]:
        """Return the ids of all of the user's apps, over all pages."""
        return [data["id"] for data in self.apps()]

    def apps(self) -> Iterator[dict[str, Any]]:
        """Yield the user's apps over all pages.

        Raises:
            Blocked: The list is refused, malformed or never ends.
        """
        seen: set[int] = set()
        for page in itertools.count(1):
            response = self.get(APPS, params={"page": page})
            if response.status_code != 200:
                raise Blocked(f"no list of apps: {response.status_code}")
            found, more = _page(response)
            yield from found
            if not found or not more:
                return
            ids = {data["id"] for data in found}
            if ids <= seen:
                raise Blocked(f"the list of apps repeats itself, page {page}")
            seen |= ids

    def unregister(self, app_id: int) -> None:
        """Delete an app before the scenario ends."""
        self.delete(f"{APPS}/{app_id}")
        self._registered = [i for i in self._registered if i != app_id]

    def clean_up(self) -> None:
        """Delete every app registered here that may still exist."""
        while self._registered:
            self.delete(f"{APPS}/{self._registered[-1]}")
            self._registered.pop()


def sweep(owner: Owner, prefix: str) -> int:
    """Delete all the user's apps that show the prefix.

    Not all show it in their names: a run may have changed one at random.

    Returns:
        How many of them could not be deleted.
    """
    doomed = [app["id"] for app in owner.apps() if prefix in json.dumps(app)]
    answers = [owner.delete(f"{APPS}/{app_id}") for app_id in doomed]
    return sum(not a.is_success and a.status_code != 404 for a in answers)


def _page(response: httpx.Response) -> tuple[list[dict[str, Any]], bool]:
    """Return the apps of one page, and whether another follows."""
    try:
        body = response.json()
        found = [dict(app) for app in body["data"]["clients"]]
        more = bool(body["pagination"]["has_next"])
    except (ValueError, KeyError, TypeError):
        raise Blocked("the list of apps is malformed") from None
    if not all({"id", "name"} <= app.keys() for app in found):
        raise Blocked("the list of apps holds something else")
    return found, more


def _client(response: httpx.Response) -> dict[str, Any] | None:
    try:
        client = response.json()["data"]["client"]
    except (ValueError, KeyError, TypeError):
        return None
    return client if isinstance(client, dict) else None

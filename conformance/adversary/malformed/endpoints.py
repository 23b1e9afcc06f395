"""The endpoints that malformed requests are sent to.

Each builds a valid request with values that the server issued, and sends it
with a drawn mutation. Apps that it registers are deleted at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from conformance.actors.issued import redirect_parameters
from conformance.actors.pkce import Pkce
from conformance.adversary.malformed.encoding import in_path, in_query
from conformance.evidence import RECORDER
from conformance.evidence.octets import to_text
from conformance.evidence.redact import KINDS
from conformance.instance import sendable
from conformance.instance.answer import Answer, answer_to
from conformance.instance.preconditions import unmet
from conformance.routes import APPS, AUTHORIZE, LOGIN, PROFILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import httpx

    from conformance.actors.app import App
    from conformance.actors.owner import Owner
    from conformance.adversary.malformed.authorization_header import (
        MalformedHeader,
    )
    from conformance.adversary.malformed.edits import ChangedValue, Edit
    from conformance.adversary.malformed.forms import MalformedForm
    from conformance.adversary.malformed.json_bodies import MalformedJson


class Endpoint(ABC):
    """An endpoint, its valid request and how a mutation of it is sent."""

    def __init__(self, owner: Owner, app: Callable[[], App]) -> None:
        """Set the user and the app.

        Args:
            owner: The user that consents and registers apps.
            app: Returns the scenario's app.
        """
        self.owner = owner
        self._app = app

    @property
    def app(self) -> App:
        """The app that sends the requests."""
        return self._app()

    def send(self, example: Any) -> Answer:
        """Send the valid request with a mutation; return the outcome."""
        return answer_to(lambda: self._send(example))

    def must_work(self, unchanged: Any) -> None:
        """Send the valid request; raise Blocked if it is not served.

        Args:
            unchanged: The mutation that changes nothing.
        """
        answer = self.send(unchanged)
        if answer.response is None or not self.served(answer.response):
            raise unmet(
                "must_work",
                "the valid request to be served",
                answer.response,
                actual=answer.error,
            )

    def served(self, response: httpx.Response) -> bool:
        """Return whether a request succeeded."""
        return response.is_success

    def noise(self) -> list[Answer]:
        """Send requests that are unlike a valid one; return the outcomes."""
        return [answer_to(send) for send in self._noise()]

    @abstractmethod
    def _send(self, example: Any) -> httpx.Response: ...

    def _noise(self) -> Iterable[Callable[[], httpx.Response]]:
        return ()


def learn_secrets(
    changed: Iterable[ChangedValue], valid: Mapping[str, Any]
) -> None:
    """Teach the evidence which values are secrets and which are generated.

    A mutated secret is redacted as well, unless it contains the original
    secret intact (which is redacted) or not at all.

    Args:
        changed: The mutated values, as ``ChangedValue`` describes them.
        valid: The values of the valid request.
    """
    redactor = RECORDER.current.redactor
    for name, value in valid.items():
        if name in KINDS:
            redactor.learn(value, KINDS[name])
    for name, value, intact_or_absent in changed:
        if intact_or_absent:
            redactor.exempt(value)
        elif name in KINDS:
            redactor.learn(value, KINDS[name])


class Login(Endpoint):
    """POST /api/auth/login; the session is not used."""

    def _send(self, example: MalformedJson) -> httpx.Response:
        user = self.owner.session.user
        valid = {"email": user.email, "password": user.password}
        learn_secrets(example.values(valid), valid)
        body, headers = example.apply(valid)
        return self.app.send("POST", LOGIN, content=body, headers=headers)

    def _noise(self) -> Iterator[Callable[[], httpx.Response]]:
        yield lambda: self.app.send("POST", LOGIN, json={})


class Registration(Endpoint):
    """POST /api/oauth/apps; the app is deleted again."""

    def valid(self) -> dict[str, Any]:
        """Return a registration with the run's mark in each text."""
        plain = self.owner.registration()
        mark = plain["client_name"]
        address = f"https://app.example.org/{mark}"
        return {
            **plain,
            "client_uri": address,
            "client_description": f"made by {mark}",
            "redirect_uris": [f"{address}/callback"],
        }

    def _send(self, example: MalformedJson) -> httpx.Response:
        return self._register(example, self.valid())

    def send_as(self, example: MalformedJson, valid: dict[str, Any]) -> Answer:
        """Send a registration with a mutation; return the outcome."""
        return answer_to(lambda: self._register(example, valid))

    def _register(
        self, example: MalformedJson, valid: dict[str, Any]
    ) -> httpx.Response:
        learn_secrets(example.values(valid), valid)
        body, headers = example.apply(valid)
        response = self.owner.register_raw(content=body, headers=headers)
        if (app_id := self.owner.registered(response)) is not None:
            self.owner.unregister(app_id)
        return response

    def stored(self, mark: str) -> list[int]:
        """Delete the apps that contain a mark; return their ids."""
        found = [data["id"] for data in self.owner.apps() if mark in str(data)]
        for app_id in found:
            self.owner.unregister(app_id)
        return found

    def _noise(self) -> Iterator[Callable[[], httpx.Response]]:
        yield lambda: self.owner.register_raw(json={})
        yield lambda: self.owner.register_raw(json={"a": "b"})


class AppsPage(Endpoint):
    """GET /api/oauth/apps?page=…."""

    def _send(self, example: MalformedForm) -> httpx.Response:
        query = example.query({"page": "1"})
        return self.owner.get(APPS, extensions=in_query(APPS, query))


class OneApp(Endpoint):
    """GET /api/oauth/apps/…, by client identifier or by number."""

    def _send(self, example: tuple[Edit | None, bool]) -> httpx.Response:
        edit, by_number = example
        value = str(self.app.id) if by_number else self.app.client_id
        changed = edit(value) if edit else value
        end = "/by_id" if by_number else ""
        return self.owner.get(
            f"{APPS}/{value}{end}",
            extensions=in_path(f"{APPS}/", changed, end),
        )


class Authorize(Endpoint):
    """POST /api/oauth/authorize, as the front end sends it."""

    def _send(self, example: MalformedForm) -> httpx.Response:
        request = self.app.authorization(Pkce.s256())
        valid = {n: str(v) for n, v in request.items()} | {"confirm": "true"}
        learn_secrets(example.values(valid), valid)
        query, (body, headers) = example.apply(valid)
        return self.owner.post(
            AUTHORIZE,
            content=body,
            headers=headers,
            extensions=in_query(AUTHORIZE, query),
        )

    def served(self, response: httpx.Response) -> bool:
        """Return whether a code was issued."""
        return "code" in redirect_parameters(response)

    def _noise(self) -> Iterator[Callable[[], httpx.Response]]:
        yield lambda: self.owner.post(AUTHORIZE, data={"a": "b"})


class Bearer(Endpoint):
    """GET /api/auth/profile with an access token."""

    def __init__(self, owner: Owner, app: Callable[[], App]) -> None:
        """Set the user and the app; no token is obtained yet."""
        super().__init__(owner, app)
        self._token = ""

    def _send(self, example: MalformedHeader) -> httpx.Response:
        if not self._token:
            self._token = self.app.must_obtain_tokens(self.owner).access_token
            sendable.must_fit(self._token)
        header = example.apply(self._token)
        # The evidence takes the text after the scheme as the token.
        shown = to_text(header).partition(" ")[2].strip()
        valid = {"access_token": self._token}
        learn_secrets(
            [("access_token", shown, example.intact_or_absent)], valid
        )
        headers = {"Authorization": header}
        return self.app.send("GET", PROFILE, headers=headers)

    def _noise(self) -> Iterator[Callable[[], httpx.Response]]:
        yield lambda: self.app.send("GET", PROFILE)

"""Sends the requests of an examination and counts them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import httpx

from conformance.errors import Blocked, TargetError
from conformance.instance import Credentials, Instance, ready
from conformance.instance.connection import connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.instance.reach import Reach

NOBODY = Credentials("", "")
UNKNOWN = {"Authorization": "Bearer not-a-token"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class UnansweredError(TargetError):
    """A request got no response."""


@dataclass
class Tally:
    """Number of requests, over all probes of an examination."""

    requests: int = 0


@dataclass
class Probe:
    """Sends requests to an instance, anonymous by default.

    Attributes:
        url: Base URL without a trailing slash.
        reach: How connections are opened.
        tally: Counts the requests.
        client: The HTTP client that sends them.
    """

    url: str
    reach: Reach
    tally: Tally = field(default_factory=Tally)
    client: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Create the client; nothing is sent yet."""
        instance = Instance("url", self.url, self.url, "", NOBODY)
        connection = connect(replace(instance, reach=self.reach))
        self.client = connection.client("doctor")
        self.client.timeout = httpx.Timeout(ready.ANSWER_SECONDS)
        self.client.event_hooks["request"].append(self._count)

    @property
    def host(self) -> str:
        """The instance's host name in ASCII, as requests contain it."""
        return httpx.URL(self.url).raw_host.decode("ascii")

    @property
    def secure(self) -> bool:
        """Whether it is reached over TLS."""
        return self.url.startswith("https:")

    def get(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a GET request; raise TargetError without a response."""
        return self._send("GET", path, headers)

    def post(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send an empty form; raise TargetError without a response."""
        return self._send("POST", path, {**FORM, **(headers or {})})

    def _send(
        self, method: str, path: str, headers: Mapping[str, str] | None
    ) -> httpx.Response:
        try:
            return self.client.request(method, path, headers=headers)
        except httpx.HTTPError as error:
            raise UnansweredError(
                f"{self.url}: {method} {path}: {ready.reason(error)}"
            ) from None
        except Blocked as error:
            raise TargetError(f"{self.url}: {error}") from None

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _count(self, _request: httpx.Request) -> None:
        self.tally.requests += 1


def error_code(response: httpx.Response) -> str:
    """Return the ``error`` member of a response, ``""`` without one."""
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("error", "")) if isinstance(body, dict) else ""


def alike(one: httpx.Response, other: httpx.Response) -> bool:
    """Whether two responses have the same status and body."""
    return (one.status_code, one.content) == (
        other.status_code,
        other.content,
    )

"""The few requests of an examination, counted."""

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
    """A request got no answer at all."""


@dataclass
class Tally:
    """How many requests were sent, over all probes of an examination."""

    requests: int = 0


@dataclass
class Probe:
    """Sends requests to an instance, anonymous unless told otherwise.

    Attributes:
        url: Base URL without a trailing slash.
        reach: How connections are opened.
        tally: Counts the requests.
    """

    url: str
    reach: Reach
    tally: Tally = field(default_factory=Tally)
    client: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepare a client; nothing is sent yet."""
        instance = Instance("url", self.url, self.url, "", NOBODY)
        wire = connect(replace(instance, reach=self.reach))
        self.client = wire.client("doctor")
        self.client.timeout = httpx.Timeout(ready.ANSWER_SECONDS)
        self.client.event_hooks["request"].append(self._count)

    @property
    def host(self) -> str:
        """The instance's host name, as it stands in requests."""
        return httpx.URL(self.url).raw_host.decode("ascii")

    @property
    def secure(self) -> bool:
        """Whether it is reached over TLS."""
        return self.url.startswith("https:")

    def get(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a GET request; TargetError when no answer comes."""
        return self._send("GET", path, headers)

    def post(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send an empty form; TargetError when no answer comes."""
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


def error_code(answer: httpx.Response) -> str:
    """Return the ``error`` member of an answer, ``""`` without."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("error", "")) if isinstance(body, dict) else ""


def alike(one: httpx.Response, other: httpx.Response) -> bool:
    """Tell whether two requests got the same refusal."""
    return (one.status_code, one.content) == (
        other.status_code,
        other.content,
    )

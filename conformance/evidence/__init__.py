"""What a scenario saw: exchanges, expectations, observations, pictures.

The recorder is fed by the HTTP transport and the browser's listener;
scenarios have no line about it. Everything is redacted when it arrives.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from conformance import results
from conformance.evidence.redact import Redactor, Secrets
from conformance.results import (
    Exchange,
    Expectation,
    RecordedRequest,
    RecordedResponse,
    Screenshot,
)

if TYPE_CHECKING:
    from conformance.errors import Blocked
    from conformance.evidence.raw_exchange import RawExchange
    from conformance.evidence.redact import Labels

EXCHANGE = "exchange"  # extension of a response: how it stands here


@dataclass(frozen=True)
class Mark:
    """A place in the evidence, with the labels that were given by then."""

    exchanges: int
    expectations: int
    labels: Labels


@dataclass(frozen=True)
class SavedEvidence:
    """What stood behind a mark, to be put back."""

    exchanges: list[Exchange]
    expectations: list[Expectation]
    labels: Labels


@dataclass
class Evidence:
    """Everything one scenario leaves behind for the report.

    Attributes:
        redactor: Knows the secrets.
        exchanges: In order.
        expectations: In order.
        observations: Remarks that decide nothing.
        screenshots: Of the browser's window.
        http_requests: How many there were, forgotten ones included.
        script: Shell commands that repeat what was found, made without
            secrets; ``""`` where there are none.
    """

    redactor: Redactor
    exchanges: list[Exchange] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    observations: list[str] = field(default_factory=list)
    screenshots: list[Screenshot] = field(default_factory=list)
    http_requests: int = 0
    script: str = ""

    def mark(self) -> Mark:
        """Return a place to :meth:`rewind` to."""
        return Mark(
            len(self.exchanges),
            len(self.expectations),
            self.redactor.labels(),
        )

    def rewind(self, mark: Mark) -> None:
        """Forget what came after a mark, labels too; counts go on.

        Of many examples only the last is shown: the falsifying one, which
        is tried again at the end.
        """
        del self.exchanges[mark.exchanges :]
        del self.expectations[mark.expectations :]
        self.redactor.relabel(mark.labels)

    def since(self, mark: Mark) -> SavedEvidence:
        """Return what came after a mark."""
        return SavedEvidence(
            self.exchanges[mark.exchanges :],
            self.expectations[mark.expectations :],
            self.redactor.labels(),
        )

    def put_back(self, mark: Mark, kept: SavedEvidence) -> None:
        """Let what was kept stand behind a mark, and nothing else."""
        self.rewind(mark)
        self.exchanges += kept.exchanges
        self.expectations += kept.expectations
        self.redactor.relabel(kept.labels)

    def exchange(self, seen: RawExchange, *, again: bool = False) -> Exchange:
        """Keep one exchange, its secrets replaced by labels; return it.

        Args:
            seen: What was sent and what came.
            again: It was counted with an earlier scenario.
        """
        self.http_requests += seen.via == "http" and not again
        for value, kind in seen.secrets():
            self.redactor.learn(value, kind)
        if seen.response:
            self.redactor.learn_personal(seen.response["body"])
        self.exchanges.append(
            Exchange(
                n=len(self.exchanges) + 1,
                via=seen.via,
                actor=seen.actor,
                request=RecordedRequest(**self._redacted(seen.request)),
                response=self._response(seen.response),
                error=self.redactor.redact(seen.error),
                duration=round(seen.duration, 4),
            )
        )
        return self.exchanges[-1]

    def blocked(self, problem: Blocked) -> None:
        """Keep what a failed precondition demanded, and its exchange.

        The exchange is another scenario's where a fixture of the whole run
        failed: then this evidence takes it over, under a number of its own.
        """
        exchange = problem.exchange
        foreign = isinstance(exchange, Exchange) and not any(
            e is exchange for e in self.exchanges
        )
        if isinstance(exchange, Exchange) and foreign:
            exchange = replace(exchange, n=len(self.exchanges) + 1)
            self.exchanges.append(exchange)
            problem.exchange = exchange
        if problem.expected:
            self.expectations.append(
                Expectation(
                    self.redactor.redact(problem.expected),
                    self.redactor.redact(problem.actual),
                    met=False,
                    exchange=exchange.n if exchange else None,
                )
            )

    def expectation(self, expected: str, actual: str, *, met: bool) -> None:
        """Keep what was demanded of the latest exchange."""
        self.expectations.append(
            Expectation(
                self.redactor.redact(expected),
                self.redactor.redact(actual),
                met,
                len(self.exchanges) or None,
            )
        )

    def observe(self, text: str) -> None:
        """Keep a remark that decides nothing."""
        self.observations.append(self.redactor.redact(text))

    def screenshot(self, title: str, png: bytes) -> None:
        """Keep a picture of the browser's window."""
        picture = base64.b64encode(png).decode("ascii")
        self.screenshots.append(Screenshot(title, picture))

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON data, in the shape of ``results.json``.

        A secret may have stood somewhere before it was known as one, as a
        plain PKCE challenge does: all is redacted once more.
        """
        texts = {
            "expectations": results.plain(self.expectations),
            "observations": self.observations,
            "exchanges": results.plain(self.exchanges),
        }
        return {
            **self._again(texts),
            "screenshots": results.plain(self.screenshots),
            "http_requests": self.http_requests,
            **({"script": self.script} if self.script else {}),
        }

    def _again(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.redactor.redact(value)
        if isinstance(value, list | tuple):
            return [self._again(member) for member in value]
        if isinstance(value, dict):
            return {name: self._again(v) for name, v in value.items()}
        return value

    def _response(
        self, message: dict[str, Any] | None
    ) -> RecordedResponse | None:
        if message is None:
            return None
        body = self.redactor.impersonal(message["body"])
        return RecordedResponse(**self._redacted({**message, "body": body}))

    def _redacted(self, message: dict[str, Any]) -> dict[str, Any]:
        plain = dict(message)
        plain["body"] = self.redactor.shortened(message["body"])
        plain["headers"] = tuple(
            (name, self.redactor.shortened(value))
            for name, value in message["headers"]
        )
        for name in ("url", "reason", "raw"):
            if name in plain:
                plain[name] = self.redactor.shortened(plain[name])
        return plain


class Recorder:
    """Where exchanges of this process go: to the scenario that runs."""

    def __init__(self) -> None:
        """Start with no scenario; what comes then is only counted."""
        self.secrets = Secrets()
        self.http_requests = 0
        self.current = self.fresh()

    def fresh(self) -> Evidence:
        """Begin a new scenario and return its evidence."""
        self.current = Evidence(Redactor(self.secrets))
        return self.current

    def record(self, seen: RawExchange, *, again: bool = False) -> Exchange:
        """Keep one exchange with the running scenario; return it.

        Args:
            seen: What was sent and what came.
            again: It is shown once more, and was counted before.
        """
        self.http_requests += seen.via == "http" and not again
        return self.current.exchange(seen, again=again)


RECORDER = Recorder()
"""The recorder of this process: one scenario runs at a time in it."""


def observe(text: str) -> None:
    """Note a remark on the running scenario; it decides nothing."""
    RECORDER.current.observe(text)

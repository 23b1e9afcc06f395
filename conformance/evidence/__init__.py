"""The evidence of a scenario: exchanges, expectations, screenshots.

The HTTP transport and the browser's listener call the recorder; scenarios
need not. Everything is redacted when it is recorded.
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
    from conformance.evidence.personal import PersonalMember
    from conformance.evidence.raw_exchange import RawExchange
    from conformance.evidence.redact import Labels

EXCHANGE = "exchange"  # extension of a response: its recorded exchange


@dataclass(frozen=True)
class Mark:
    """A position in the evidence, with the labels assigned until then."""

    exchanges: int
    expectations: int
    labels: Labels


@dataclass(frozen=True)
class SavedEvidence:
    """Evidence that was recorded after a mark, to be restored later."""

    exchanges: list[Exchange]
    expectations: list[Expectation]
    labels: Labels


@dataclass
class Evidence:
    """The evidence of one scenario, for the report.

    Attributes:
        redactor: Replaces secrets by labels.
        exchanges: In order.
        expectations: In order.
        observations: Remarks that do not influence the verdict.
        screenshots: Of the browser's window.
        http_requests: Number of requests, those removed by ``rewind``
            included.
        script: Shell commands that reproduce a violation, without secrets;
            ``""`` for none.
    """

    redactor: Redactor
    exchanges: list[Exchange] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    observations: list[str] = field(default_factory=list)
    screenshots: list[Screenshot] = field(default_factory=list)
    http_requests: int = 0
    script: str = ""

    def mark(self) -> Mark:
        """Return the current position, for :meth:`rewind`."""
        return Mark(
            len(self.exchanges),
            len(self.expectations),
            self.redactor.labels(),
        )

    def rewind(self, mark: Mark) -> None:
        """Remove everything after a mark, labels too; counts remain.

        Of many examples only the last is shown: the falsifying one, which
        is replayed at the end.
        """
        del self.exchanges[mark.exchanges :]
        del self.expectations[mark.expectations :]
        self.redactor.relabel(mark.labels)

    def since(self, mark: Mark) -> SavedEvidence:
        """Return a copy of everything recorded after a mark."""
        return SavedEvidence(
            self.exchanges[mark.exchanges :],
            self.expectations[mark.expectations :],
            self.redactor.labels(),
        )

    def restore(self, mark: Mark, saved: SavedEvidence) -> None:
        """Replace everything after a mark with the saved evidence."""
        self.rewind(mark)
        self.exchanges += saved.exchanges
        self.expectations += saved.expectations
        self.redactor.relabel(saved.labels)

    def exchange(self, seen: RawExchange, *, again: bool = False) -> Exchange:
        """Record one exchange, its secrets replaced by labels; return it.

        Args:
            seen: The exchange before redaction.
            again: Whether an earlier scenario has already counted it.
        """
        self.http_requests += seen.via == "http" and not again
        for value, kind in seen.secrets():
            self.redactor.learn(value, kind)
        body = seen.response["body"] if seen.response else ""
        members = self.redactor.learn_personal(body)
        self.exchanges.append(
            Exchange(
                n=len(self.exchanges) + 1,
                via=seen.via,
                actor=seen.actor,
                request=RecordedRequest(**self._redacted(seen.request)),
                response=self._response(seen.response, members),
                error=self.redactor.redact(seen.error),
                duration=round(seen.duration, 4),
            )
        )
        return self.exchanges[-1]

    def blocked(self, problem: Blocked) -> None:
        """Record the expectation of a failed precondition and its exchange.

        If a fixture of session scope failed, the exchange belongs to another
        scenario: it is then copied into this evidence, with a new number.
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
        """Record an expectation on the latest exchange."""
        self.expectations.append(
            Expectation(
                self.redactor.redact(expected),
                self.redactor.redact(actual),
                met,
                len(self.exchanges) or None,
            )
        )

    def observe(self, text: str) -> None:
        """Record a remark that does not influence the verdict."""
        self.observations.append(self.redactor.redact(text))

    def screenshot(self, title: str, png: bytes) -> None:
        """Record a screenshot of the browser's window (PNG)."""
        picture = base64.b64encode(png).decode("ascii")
        self.screenshots.append(Screenshot(title, picture))

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON data, in the shape of ``results.json``.

        All texts are redacted again: a value may have been recorded before
        it was known to be a secret, such as a plain PKCE challenge.
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
        self, message: dict[str, Any] | None, members: list[PersonalMember]
    ) -> RecordedResponse | None:
        if message is None:
            return None
        body = self.redactor.impersonal(message["body"], members)
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
    """Records the exchanges of this process for the running scenario."""

    def __init__(self) -> None:
        """Start without a scenario, with evidence that no report shows."""
        self.secrets = Secrets()
        self.http_requests = 0
        self.current = self.fresh()

    def fresh(self) -> Evidence:
        """Begin a new scenario and return its empty evidence."""
        self.current = Evidence(Redactor(self.secrets))
        return self.current

    def record(self, seen: RawExchange, *, again: bool = False) -> Exchange:
        """Record one exchange for the running scenario; return it.

        Args:
            seen: The exchange before redaction.
            again: Whether it was already recorded, and is shown once more.
        """
        self.http_requests += seen.via == "http" and not again
        return self.current.exchange(seen, again=again)


RECORDER = Recorder()
"""The recorder of this process, which runs one scenario at a time."""


def observe(text: str) -> None:
    """Record a remark of the running scenario, without any verdict."""
    RECORDER.current.observe(text)

"""The data of ``results.json``, schema 1: written by a run, read by a report.

Every text is redacted: a secret is a label such as ``access_token#2``.
Durations are seconds, times are ISO 8601. Members may be added; a reader
ignores unknown members, and has defaults for those that older files lack.
``schema/results-1.json`` is generated from these classes.

They are msgspec's: it validates types when reading, reports the place of an
error on one line, and generates the JSON Schema.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from conformance.catalogue.levels import Level  # noqa: TC001 - as above
from conformance.catalogue.stakes import Stake
from conformance.errors import UsageError
from conformance.results.verdict import (  # noqa: TC001 - as above
    RunVerdict,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA: Final = 1
Seconds = Annotated[float, Meta(ge=0, le=1e9)]  # finite
Headers = tuple[tuple[str, str], ...]
OptionValue = str | int | bool | tuple[str, ...] | None


class Harness(Struct, frozen=True):
    """The harness that wrote the results."""

    version: str


class TargetFacts(Struct, frozen=True):
    """The tested server; ``version`` and ``app_workers`` may be empty."""

    kind: str
    name: str
    url: str
    version: str
    app_workers: str = ""


class Clause(Struct, frozen=True):
    """A clause: the document, its section and its URL."""

    name: str
    section: str
    url: str


class RequirementResult(Struct, frozen=True):
    """A requirement and its verdict; the first source is primary.

    ``cause`` names one of the results' causes, ``""`` where a violation is a
    cause of its own. ``origin`` says whose a violation was where that was
    verified, and what to do about it.
    """

    id: str
    level: Level
    title: str
    sources: tuple[Clause, ...]
    remedy: str
    verdict: Verdict
    reason: str
    scenarios: tuple[str, ...]
    stake: Stake = Stake.INTEROP
    threat: str = ""
    cause: str = ""
    origin: str = ""


class Expectation(Struct):
    """The expected and the actual outcome, with the exchange's number."""

    expected: str
    actual: str
    met: bool
    exchange: int | None


class RecordedRequest(Struct, frozen=True, omit_defaults=True):
    """The request of an exchange; ``url`` is absolute.

    ``raw`` is the complete request if it is not well-formed HTTP. In all
    members U+DC80 to U+DCFF represent bytes that are not valid UTF-8.
    """

    method: str
    url: str
    headers: Headers
    body: str
    raw: str = ""


class RecordedResponse(Struct, frozen=True):
    """The response of an exchange."""

    status: int
    reason: str
    headers: Headers
    body: str


class Exchange(Struct):
    """A recorded exchange.

    Attributes:
        n: Number within the scenario, from 1.
        via: ``http`` or ``browser``.
        actor: The sender: ``owner``, ``stranger``, ``app``...
        request: The request.
        response: The response, None without one.
        error: Why there is no response, ``""`` if there is one.
        duration: Seconds.
    """

    n: int
    via: str
    actor: str
    request: RecordedRequest
    response: RecordedResponse | None
    error: str
    duration: Seconds


class Screenshot(Struct, frozen=True):
    """A page as the browser showed it; ``png`` is base64 text."""

    title: str
    png: str


class ScenarioResult(Struct, omit_defaults=True):
    """A scenario that ran, with its evidence.

    ``script`` reproduces a violation with curl if several requests are
    needed; it contains neither secrets nor labels. ``traceback`` is that of
    an exception in the harness itself.
    """

    id: str
    title: str
    verdict: Verdict
    message: str
    requirements: tuple[str, ...]
    duration: Seconds
    expectations: tuple[Expectation, ...]
    observations: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    screenshots: tuple[Screenshot, ...]
    http_requests: int | None = None
    script: str = ""
    traceback: str = ""


class Duty(Struct, frozen=True):
    """A requirement on how a route treats a token, and its kind."""

    requirement: str
    kind: str


class ScopedRoute(Struct, frozen=True):
    """A route of the scope map.

    Attributes:
        method: HTTP method.
        path: Path with its placeholders.
        scope: The documented scope, ``""`` if none is documented.
        duties: Requirements by direction: ``let-in``, ``kept-out``,
            ``no-downgrade``.
    """

    method: str
    path: str
    scope: str
    duties: dict[str, Duty]


class ProxySetUp(Struct, frozen=True):
    """A configuration of a reverse proxy in front of FitTrackee.

    Attributes:
        name: Its id, as in the ids of its scenarios.
        title: A short description.
        expected: The expected outcome, in words.
        scenarios: Ids of the scenarios that tested it, by proxy.
    """

    name: str
    title: str
    expected: str
    scenarios: dict[str, tuple[str, ...]]


class Results(Struct, frozen=True):
    """The results of one run.

    Attributes:
        options: The options that may influence the verdict, by name.
        scope_map: The routes whose requirements are in ``requirements``.
        set_ups: The proxy set-ups that ``scenarios`` tested.
        proxies: Titles of the proxies that they tested, by name.
        causes: Titles of the causes that requirements share, by name.
    """

    schema: Literal[1]
    harness: Harness
    target: TargetFacts
    started: datetime
    finished: datetime
    verdict: RunVerdict
    reason: str
    notes: tuple[str, ...]
    options: dict[str, OptionValue]
    counts: dict[Verdict, int]
    scenario_counts: dict[Verdict, int]
    http_requests: int
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    scope_map: tuple[ScopedRoute, ...] = ()
    set_ups: tuple[ProxySetUp, ...] = ()
    proxies: dict[str, str] = {}
    causes: dict[str, str] = {}


def extent(rows: Iterable[RequirementResult]) -> str:
    """Return how many requirements and causes there are, in words.

    Args:
        rows: Violated requirements.
    """
    found = list(rows)
    causes = len({row.cause or row.id for row in found})
    nouns = ("requirement", len(found)), ("cause", causes)
    return ", ".join(f"{n} {noun}{'' if n == 1 else 's'}" for noun, n in nouns)


def typed(plain: object, kind: Any) -> Any:
    """Return plain JSON data as an instance of one of these classes.

    Raises:
        UsageError: A member is missing or of the wrong type; the message
            says which.
    """
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as problem:
        raise UsageError(f"the results are malformed: {problem}") from None


def plain(value: Any) -> Any:
    """Return plain JSON data of an instance; times remain datetimes."""
    return msgspec.to_builtins(value, builtin_types=(datetime,))


def parse(document: object) -> Results:
    """Return the results in a parsed ``results.json``.

    Args:
        document: The value that ``json.load`` returns.

    Raises:
        UsageError: It has another schema, or a member is missing or of the
            wrong type; the message says which.
    """
    if not isinstance(document, dict) or "schema" not in document:
        raise UsageError(
            "these are not results of fittrackee-conformance: "
            "there is no 'schema'"
        )
    if document["schema"] != SCHEMA:
        raise UsageError(
            f"the results have schema {document['schema']!r}, this version "
            f"reads schema {SCHEMA}: use the version that wrote them"
        )
    found: Results = typed(document, Results)
    return found


def read(path: Path) -> Results:
    """Return the results in a file.

    Raises:
        UsageError: The file cannot be read or is not a ``results.json``.
    """
    try:
        document: Any = json.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise UsageError(
            f"cannot read {path}: {problem.strerror or problem}"
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is not a JSON file") from None
    return parse(document)


def text(results: Results) -> str:
    """Return the text of a ``results.json``.

    msgspec's encoder is not used: it cannot encode a lone surrogate, which
    ``json`` escapes.
    """
    document = json.dumps(
        plain(results),
        indent=1,
        ensure_ascii=False,
        default=datetime.isoformat,
    )
    return f"{document}\n"


def json_schema() -> str:
    """Return the JSON Schema of ``results.json`` as a text."""
    schema = msgspec.json.schema(Results)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

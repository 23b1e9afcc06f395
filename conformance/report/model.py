"""A typed view of ``results.json``, schema 1.

Every text is redacted already: a secret is a label such as
``access_token#2``. Durations are seconds, moments are ISO 8601.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - decode reads annotations
from typing import TYPE_CHECKING, Any

from conformance.catalogue.levels import Level  # noqa: TC001 - as above
from conformance.catalogue.stakes import Stake
from conformance.errors import UsageError
from conformance.report.decode import MalformedError, decode
from conformance.verdicts.verdict import (  # noqa: TC001 - as above
    RunVerdict,
    Verdict,
)

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Harness:
    """Which harness wrote the results."""

    version: str


@dataclass(frozen=True, slots=True)
class Target:
    """What was judged; ``version`` and ``app_workers`` may be empty."""

    kind: str
    name: str
    url: str
    version: str
    app_workers: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the run that change what its verdict means."""

    fail_on: str = "must"
    requirement: tuple[str, ...] = ()
    read_only: bool = False
    fault: str = ""
    proxy: str = ""
    known: str = ""
    scenario: tuple[str, ...] = ()
    examples: int | None = None
    seed: int | None = None
    replay: str = ""
    slow: bool = False
    app_workers: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A clause: the document, its section and where to read it."""

    name: str
    section: str
    url: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement and what it came to; the first source is primary."""

    id: str
    level: Level
    title: str
    sources: tuple[Source, ...]
    remedy: str
    verdict: Verdict
    reason: str
    scenarios: tuple[str, ...]
    stake: Stake = Stake.INTEROP
    threat: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a scenario expected and what came, in which exchange."""

    expected: str
    actual: str
    met: bool
    exchange: int | None


@dataclass(frozen=True, slots=True)
class Request:
    """The request of an exchange; ``url`` is absolute.

    ``raw`` is the whole of it where it is no well-formed HTTP. In all of
    them U+DC80 to U+DCFF stand for bytes that are no UTF-8.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """The response of an exchange."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A recorded exchange; ``error`` says why there is no response."""

    n: int
    via: str
    actor: str
    request: Request
    response: Response | None
    error: str
    duration: float


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A page as the browser showed it; ``png`` is base64 text."""

    title: str
    png: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that ran, with its evidence.

    ``script`` repeats what was found with curl, where several requests
    are needed; it holds no secret and no label. ``traceback`` is that of an
    exception of the harness itself.
    """

    id: str
    title: str
    verdict: Verdict
    message: str
    requirements: tuple[str, ...]
    duration: float
    expectations: tuple[Expectation, ...]
    observations: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    screenshots: tuple[Screenshot, ...]
    script: str = ""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run found out."""

    schema: int
    harness: Harness
    target: Target
    started: datetime
    finished: datetime
    verdict: RunVerdict
    reason: str
    notes: tuple[str, ...]
    options: Options
    counts: dict[Verdict, int]
    scenario_counts: dict[Verdict, int]
    http_requests: int
    requirements: tuple[Requirement, ...]
    scenarios: tuple[Scenario, ...]


def parse(results: object) -> Results:
    """Return the typed view of results as they stand in the file.

    Args:
        results: What ``json.load`` gives for a ``results.json``.

    Raises:
        UsageError: It is of another schema, or a field is missing or of
            the wrong type; the line names the field.
    """
    if not isinstance(results, dict) or "schema" not in results:
        raise UsageError(
            "these are no results of fittrackee-conformance: "
            "there is no 'schema'"
        )
    if results["schema"] != SCHEMA:
        raise UsageError(
            f"the results are of schema {results['schema']!r}, this version "
            f"reads schema {SCHEMA}: use the version that wrote them"
        )
    try:
        typed: Results = decode(Results, results, "")
    except MalformedError as problem:
        raise UsageError(f"the results are malformed: {problem}") from None
    return typed


def read(path: Path) -> Results:
    """Return the typed view of a ``results.json``.

    Raises:
        UsageError: The file cannot be read or is no such file.
    """
    try:
        plain: Any = json.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise UsageError(
            f"cannot read {path}: {problem.strerror or problem}"
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is not a JSON file") from None
    return parse(plain)
